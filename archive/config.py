"""The configuration: TOML, each key overridable as CROSSFILE_SECTION__KEY, unknown keys refused."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from archive.errors import ConfigError
from archive.globs import compile_glob

PREFIX = "CROSSFILE_"


class Section(BaseModel):
    """A table of the TOML file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DataSection(Section):
    """Where everything lies that Crossfile owns."""

    folder: Path = Path("crossfile-data")
    database: str = ""  # empty: SQLite in the folder; else postgresql://…


class ServerSection(Section):
    """How the service answers."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: str = ""  # as browsers see it, where a proxy stands before us
    session_idle_min: Annotated[int, Field(ge=1)] = 12 * 60
    session_max_h: Annotated[int, Field(ge=1)] = 24 * 7
    max_upload_mb: Annotated[int, Field(ge=1)] = 200


class SearchSection(Section):
    """Which engine answers searches."""

    engine: Literal["tantivy", "whoosh"] = "tantivy"
    commit_s: Annotated[float, Field(gt=0, le=60)] = 1.0  # longest wait before a commit


class RootSection(Section):
    """One watched top folder of the filing tree."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    path: Path
    collection: Annotated[str, Field(min_length=1)] = "general"
    collections: Mapping[str, str] = Field(default_factory=dict)
    ignore: tuple[str, ...] = (
        "~$*", ".~lock.*", "*.tmp", "*.part", "Thumbs.db", ".DS_Store", "desktop.ini", "._*",
    )  # fmt: skip
    rest_s: Annotated[float, Field(ge=0, le=3600)] = 2.0
    poll_s: Annotated[float, Field(ge=0)] = 0.0
    sweep_s: Annotated[float, Field(gt=0)] = 60.0
    marker: str = ""
    owner: str = ""  # the coordinator's user name; owns what wants a person below this root

    @field_validator("name")
    @classmethod
    def _reserved(cls, name: str) -> str:
        if name.casefold() == "upload":
            raise ValueError("another name: `upload` is where uploads are shown")
        return name


class OcrSection(Section):
    """How pictures of text are read."""

    languages: tuple[str, ...] = ("swe", "eng")  # Tesseract's names; empty: no OCR


class ReadingSection(Section):
    """Limits of the caged reader processes."""

    workers: Annotated[int, Field(ge=1, le=64)] = 2
    memory_mb: Annotated[int, Field(ge=256)] = 2048
    time_s: Annotated[float, Field(gt=0)] = 60.0
    max_file_mb: Annotated[int, Field(ge=1)] = 1024
    max_pages: Annotated[int, Field(ge=1)] = 5000
    max_children: Annotated[int, Field(ge=0)] = 10_000
    max_depth: Annotated[int, Field(ge=0)] = 5  # files inside files inside files …


class FilingRule(Section):
    """What a folder says about what lies in it: `products/{product}/{kind}/**`."""

    match: Annotated[str, Field(min_length=1)]
    root: str = ""  # empty: any

    @field_validator("match")
    @classmethod
    def _compiles(cls, match: str) -> str:
        try:
            compile_glob(match)
        except re.error as error:
            raise ValueError(f"a path pattern with each {{name}} once ({error})") from error
        return match


class SchemeSection(Section):
    """One family of numbers, added to the built-in ones or replacing one."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    bearer: str
    patterns: tuple[str, ...] = ()
    key: str = "{number}"
    own_labels: tuple[str, ...] = ()
    cite_labels: Mapping[str, str] = Field(default_factory=dict)
    issuer: bool = False
    examples: tuple[tuple[str, str], ...] = ()
    counter_examples: tuple[str, ...] = ()


class Config(BaseSettings):
    """All settings. Made by `load_config`; never changes afterwards."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    data: DataSection = DataSection()
    server: ServerSection = ServerSection()
    search: SearchSection = SearchSection()
    roots: tuple[RootSection, ...] = ()
    ocr: OcrSection = OcrSection()
    reading: ReadingSection = ReadingSection()
    filing_rules: tuple[FilingRule, ...] = ()
    schemes: tuple[SchemeSection, ...] = ()

    @field_validator("roots")
    @classmethod
    def _distinct(cls, roots: tuple[RootSection, ...]) -> tuple[RootSection, ...]:
        names = [root.name.casefold() for root in roots]
        if len(names) != len(set(names)):
            raise ValueError("roots with different names")
        return roots

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file (which comes in as initial values)."""
        return (env_settings, init_settings)


def load_config(path: Path | None = None) -> Config:
    """Read `path` (else $CROSSFILE_CONFIG, else ./config.toml if there) and the environment.

    Relative folders count from the file's own folder. Raises `ConfigError` naming key, value and
    what was expected; nothing is created.
    """
    if path is None and os.environ.get("CROSSFILE_CONFIG"):
        path = Path(os.environ["CROSSFILE_CONFIG"])
    if path is None and Path("config.toml").is_file():
        path = Path("config.toml")
    values = _read_toml(path) if path else {}
    _check_environment()
    try:
        config = Config(**values)
    except ValidationError as error:
        raise _config_error(error) from error
    _check_schemes(config)
    config = _anchored(config, path.resolve().parent if path else Path.cwd())
    _check_folders(config)
    return config


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError("--config", str(path), "a TOML file that exists") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("--config", str(path), f"a readable UTF-8 file ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("--config", str(path), f"valid TOML ({error})") from error


def _check_environment() -> None:
    """A misspelled variable is refused as a misspelled key is."""
    for name in os.environ:
        if name.startswith(PREFIX) and "__" in name:
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            field = Config.model_fields.get(section)
            known = getattr(field.annotation, "model_fields", None) if field else None
            if known is None or key.split("__")[0] not in known:
                raise ConfigError(name, os.environ[name], "a variable named after a key")


def _check_schemes(config: Config) -> None:
    """Each scheme finds its own examples, and nothing in its counter-examples."""
    if not config.schemes:
        return
    from archive.schemes import check_scheme, configured_scheme  # regular expressions: not for all

    for section in config.schemes:
        check_scheme(configured_scheme(section.model_dump(mode="json")))


def _check_folders(config: Config) -> None:
    """What we own lies in no root, and each file in one root only: else it would be filed twice."""
    data = config.data.folder.resolve()
    known: dict[str, Path] = {}
    for place, root in enumerate(config.roots):
        path, key = root.path.resolve(), f"roots.{place}.path"
        if path.is_relative_to(data):
            raise ConfigError(key, str(root.path), "a folder outside the data folder")
        if data.is_relative_to(path):
            value = str(config.data.folder)
            raise ConfigError("data.folder", value, f"a folder outside the root {root.name}")
        for name, other in known.items():
            if path.is_relative_to(other) or other.is_relative_to(path):
                raise ConfigError(key, str(root.path), f"a folder apart from the root {name}")
        known[root.name] = path


def _config_error(error: ValidationError) -> ConfigError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    value = first.get("input")
    if first["type"] == "extra_forbidden":
        return ConfigError(key, value, "no such key; see config.example.toml for all of them")
    expected = first["msg"].removeprefix("Value error, ")
    return ConfigError(key, "(missing)" if first["type"] == "missing" else value, expected)


def _anchored(config: Config, folder: Path) -> Config:
    data = config.data.model_copy(update={"folder": folder / config.data.folder})
    roots = tuple(r.model_copy(update={"path": folder / r.path}) for r in config.roots)
    return config.model_copy(update={"data": data, "roots": roots})
