"""The configuration: TOML, each key overridable as CROSSFILE_SECTION__KEY, unknown keys refused."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin

from pydantic import (
    Field,
    ValidationError,
    field_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from archive.config_rules import (
    Address,
    AuthorityRule,
    CustodianSection,
    FilingRule,
    HistorySection,
    RetentionClass,
    SchemeSection,
    Section,
    unknown_roots,
)
from archive.errors import ConfigError, all_wrong
from archive.plan_templates import PlanSection

PREFIX = "CROSSFILE_"

#: What was expected, in plain words, by pydantic's type of the error; with its own limits.
EXPECTED = {
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a table",
    "mapping_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "string_pattern_mismatch": "a name that fits {pattern}",
    "path_type": "a path",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "greater_than": "more than {gt}",
    "greater_than_equal": "at least {ge}",
    "less_than": "less than {lt}",
    "less_than_equal": "at most {le}",
    "literal_error": "one of {expected}",
    "missing": "a value",
}


class DataSection(Section):
    """Where everything lies that Crossfile owns."""

    folder: Path = Path("crossfile-data")
    database: str = ""  # empty: SQLite in the folder; else postgresql://…


class ServerSection(Section):
    """How the service answers."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: Address = ""  # as browsers see it, where a proxy stands before us
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


class VersionsSection(Section):
    """Which documents become one by themselves."""

    join: bool = True  # where the evidence is exact; else a person is asked


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
    max_inside: Annotated[int, Field(ge=0)] = 100_000  # of one file of the tree, over all levels
    max_inside_mb: Annotated[int, Field(ge=0)] = 8192  # the same, in MiB
    max_depth: Annotated[int, Field(ge=0)] = 5  # files inside files inside files …
    max_unpacked_mb: Annotated[int, Field(ge=1)] = 256  # MiB that one package may unpack to
    require_sandbox: bool = False  # read nothing where the kernel lacks seccomp or Landlock
    libreoffice: str = ""  # the program soffice; empty: where it is found


class DisposalSection(Section):
    """How what is due is disposed of."""

    grace_days: Annotated[int, Field(ge=0, le=3650)] = 30  # from the approval to the destruction


class HoldsSection(Section):
    """How custodians of holds are reminded."""

    remind_days: Annotated[int, Field(ge=0, le=3650)] = 7  # 0: never


class MailSection(Section):
    """How requesters are told what was decided; without a host a person sends the notices."""

    host: str = ""  # empty: none is sent, they wait in the list of what is to be sent
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""  # empty: without signing in
    password: str = ""
    sender: Annotated[str, Field(pattern=r"^[!-?A-~]+@[!-?A-~]+$")] = "crossfile@localhost"
    language: Literal["en", "sv"] = "en"  # of a requester whose language is not known
    time_s: Annotated[float, Field(gt=0, le=600)] = 30.0


class _Environment(EnvSettingsSource):
    """Lists as JSON or with commas between; what is neither is refused with its variable."""

    def decode_complex_value(self, field_name: str, field: FieldInfo | None, value: Any) -> Any:
        """The value of a variable whose key is no plain one. Raises `ConfigError`."""
        try:
            return super().decode_complex_value(field_name, field, value)  # type: ignore[arg-type]
        except ValueError as error:
            if field is not None and field.annotation == tuple[str, ...]:
                return [part.strip() for part in value.split(",")]
            same = (name for name, text in os.environ.items() if text == value)
            name = next((n for n in same if n.upper().startswith(PREFIX)), field_name)
            raise ConfigError(name, value, "JSON: a list or table as in the file") from error


class Config(BaseSettings):
    """All settings. Made by `load_config`; never changes afterwards."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, env_prefix=PREFIX, env_nested_delimiter="__"
    )

    data: DataSection = DataSection()
    history: HistorySection = HistorySection()
    server: ServerSection = ServerSection()
    search: SearchSection = SearchSection()
    roots: tuple[RootSection, ...] = ()
    custodians: tuple[CustodianSection, ...] = ()
    versions: VersionsSection = VersionsSection()
    ocr: OcrSection = OcrSection()
    reading: ReadingSection = ReadingSection()
    filing_rules: tuple[FilingRule, ...] = ()
    schemes: tuple[SchemeSection, ...] = ()
    authority: tuple[AuthorityRule, ...] = ()
    plans: tuple[PlanSection, ...] = ()
    retention: tuple[RetentionClass, ...] = ()
    disposal: DisposalSection = DisposalSection()
    holds: HoldsSection = HoldsSection()
    mail: MailSection = MailSection()

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
        return (_Environment(settings_cls), init_settings)


class _OfFile(Config):
    """What the file says, whatever the environment does."""

    @classmethod
    def settings_customise_sources(
        cls, *_args: Any, **sources: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The values of the file alone."""
        return (sources["init_settings"],)


def load_config(path: Path | None = None) -> Config:
    """Read `path` (else $CROSSFILE_CONFIG, else ./config.toml if there) and the environment.

    Relative folders count from the file's own folder. Raises `ConfigError` naming key, value and
    what was expected of all that is wrong; nothing is created.
    """
    if path is None and os.environ.get("CROSSFILE_CONFIG"):
        path = Path(os.environ["CROSSFILE_CONFIG"])
    if path is None and Path("config.toml").is_file():
        path = Path("config.toml")
    values = _read_toml(path) if path else {}
    folder = path.resolve().parent if path else Path.cwd()
    misspelled = _misspelled_variables()
    wrong = [*misspelled.values()]
    try:
        config, of_plans = _with_plans(_anchored(Config(**values), folder), folder)
        wrong += [*of_plans, *_wrong_schemes(config.schemes), *_wrong_folders(config)]
    except ValidationError as error:
        wrong += _wrong_keys(error, misspelled) + _wrong_in_the_rest(values, error, folder)
    if wrong:
        raise all_wrong(wrong)
    return config


def base_url(server: ServerSection) -> str:
    """Where browsers find the service, without a slash at the end."""
    if server.public_url:
        return server.public_url.rstrip("/")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(server.host, server.host)
    return f"http://[{host}]:{server.port}" if ":" in host else f"http://{host}:{server.port}"


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError("--config", str(path), "a TOML file that exists") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("--config", str(path), f"a readable UTF-8 file ({error})") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("--config", str(path), f"valid TOML ({error})") from error


def _misspelled_variables() -> dict[tuple[str, str], ConfigError]:
    """By section and key: a misspelled variable is refused as a misspelled key is."""
    found = {}
    for name, value in os.environ.items():
        if name.startswith(PREFIX) and "__" in name:
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            field = Config.model_fields.get(section)
            if field is not None and get_origin(field.annotation) is tuple:
                as_json = (
                    f"no such variable; {PREFIX}{section.upper()} holds the whole list, as JSON"
                )
                found[section, ""] = ConfigError(name, value, as_json)
                continue
            key = key.split("__")[0]
            known = getattr(field.annotation, "model_fields", None) if field else None
            if known is None or key not in known:
                found[section, key] = ConfigError(name, value, "a variable named after a key")
    return found


def _wrong_schemes(sections: Iterable[SchemeSection]) -> Iterator[ConfigError]:
    """Each scheme finds its own examples, and nothing in its counter-examples."""
    for section in sections:
        from archive.schemes import check_scheme, configured_scheme  # regular expressions

        try:
            check_scheme(configured_scheme(section.model_dump(mode="json")))
        except ConfigError as error:
            yield error


def _wrong_folders(config: Config) -> Iterator[ConfigError]:
    """What we own lies in no root, and each file in one root only: else it would be filed twice."""
    data = config.data.folder.resolve()
    for place, kept in enumerate(config.history.outside):
        if kept.resolve().is_relative_to(data):
            yield ConfigError(
                f"history.outside.{place}", str(kept), "a folder outside the data folder"
            )
    for key, name in unknown_roots(config.custodians, (root.name for root in config.roots)):
        yield ConfigError(key, name, "the name of one of the roots")
    from archive.stamping import wrong_roots  # which knows what writes files

    yield from wrong_roots(config.history)
    known: dict[str, Path] = {}
    for place, root in enumerate(config.roots):
        path, key = root.path.resolve(), f"roots.{place}.path"
        if path.is_relative_to(data):
            yield ConfigError(key, str(root.path), "a folder outside the data folder")
        elif data.is_relative_to(path):
            value = str(config.data.folder)
            yield ConfigError("data.folder", value, f"a folder outside the root {root.name}")
        for name, other in known.items():
            if path.is_relative_to(other) or other.is_relative_to(path):
                yield ConfigError(key, str(root.path), f"a folder apart from the root {name}")
        known[root.name] = path


def _wrong_keys(
    error: ValidationError, misspelled: Container[tuple[str, str]]
) -> list[ConfigError]:
    found = []
    for one in error.errors():
        section, key = (*map(str, one["loc"]), "", "")[:2]
        if (section, key) not in misspelled and (section, "") not in misspelled:
            found.append(config_error(one))
    return found


def config_error(wrong: ErrorDetails) -> ConfigError:
    """A mistake that pydantic found, in plain words."""
    key = ".".join(str(part) for part in wrong["loc"])
    value, kind = wrong.get("input"), wrong["type"]
    if kind == "extra_forbidden":
        return ConfigError(key, value, "one of the keys in config.example.toml")
    words = EXPECTED.get(kind, wrong["msg"].removeprefix("Value error, "))
    expected = words.format_map(wrong.get("ctx", {})) if kind in EXPECTED else words
    return ConfigError(key, "(missing)" if kind == "missing" else value, expected)


def _wrong_in_the_rest(
    values: Mapping[str, Any], error: ValidationError, folder: Path
) -> list[ConfigError]:
    """What schemes and folders would be refused for, where they themselves could be read."""
    broken = {str(one["loc"][0]) for one in error.errors()}
    try:
        rest = _OfFile(**{name: value for name, value in values.items() if name not in broken})
    except ValidationError:  # the environment hid a mistake
        return []
    found = [*_wrong_schemes(rest.schemes)]
    if not broken & {"data", "history", "roots"}:
        found += _wrong_folders(_anchored(rest, folder))
    return found + _with_plans(rest, folder)[1]


def _with_plans(config: Config, folder: Path) -> tuple[Config, list[ConfigError]]:
    """With the milestones of plans that stand in files, and what is wrong with any plan."""
    from archive.plan_files import read_plans  # which says of files what is said here of keys

    plans, wrong = read_plans(config.plans, folder)
    return config.model_copy(update={"plans": plans}), wrong


def _anchored(config: Config, folder: Path) -> Config:
    data = config.data.model_copy(update={"folder": folder / config.data.folder})
    roots = tuple(r.model_copy(update={"path": folder / r.path}) for r in config.roots)
    outside = tuple(folder / kept for kept in config.history.outside)
    anchored = {"outside": outside, "stamp_roots": str(folder / config.history.stamp_roots)}
    history = config.history.model_copy(update=anchored)
    return config.model_copy(update={"data": data, "history": history, "roots": roots})
