"""The configuration: every key is documented, every mistake is named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from archive.config import Config, load_config
from archive.errors import ConfigError

EXAMPLE = Path(__file__).resolve().parents[1] / "config.example.toml"
NO_DEFAULT = {
    "roots.name", "roots.path", "filing_rules.match", "schemes.name", "schemes.bearer",
    "plans.name", "custodians.name", "custodians.root",
}  # fmt: skip
SHOWN_OTHERWISE = {
    "roots.collections", "roots.collection", "schemes", "plans.title", "plans.milestones",
    "retention", "custodians",
}  # fmt: skip


def sections() -> dict[str, type[BaseModel]]:
    found = {}
    for name, field in Config.model_fields.items():
        kind = field.annotation
        if get_origin(kind) is tuple:
            kind = get_args(kind)[0]
        assert isinstance(kind, type) and issubclass(kind, BaseModel)
        found[name] = kind
    return found


def test_the_example_is_a_configuration_that_loads(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_config(path).roots[0].name == "filing"


def test_the_example_names_every_key_and_no_other():
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert set(example) == set(sections())
    for name, section in sections().items():
        table = example[name][0] if isinstance(example[name], list) else example[name]
        assert set(table) == set(section.model_fields), name


def test_the_example_shows_the_defaults():
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    for name, section in sections().items():
        if name in SHOWN_OTHERWISE:
            continue
        table = example[name][0] if isinstance(example[name], list) else example[name]
        for key, field in section.model_fields.items():
            where = f"{name}.{key}"
            if where in NO_DEFAULT or where in SHOWN_OTHERWISE:
                continue
            shown: Any = table[key]
            default = field.get_default(call_default_factory=True)
            plain = list(default) if isinstance(default, tuple) else default
            assert shown == (str(plain) if isinstance(plain, Path) else plain), where


def test_every_key_of_the_example_is_explained():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    unexplained = [line for line in lines if re.match(r"[a-z_]+ = ", line) and "#" not in line]
    # what needs no word: host, and those whose line would grow too long
    assert [line.split(" = ")[0] for line in unexplained] == [
        "host", "ignore", "name", "patterns",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[serve]\nport = 1", "serve"),
        ("[server]\nport = 99999", "server.port"),
        ("[server]\nprot = 8000", "server.prot"),
        ('[[roots]]\nname = "a b"\npath = "x"', "roots.0.name"),
        ('[[roots]]\nname = "upload"\npath = "x"', "roots.0.name"),
        ('[[roots]]\nname = "a"', "roots.0.path"),
        ('[[roots]]\nname = "a"\npath = "x"\n[[roots]]\nname = "A"\npath = "y"', "roots"),
        ('[search]\nengine = "lucene"', "search.engine"),
        ("[data\n", "--config"),
        (
            '[[schemes]]\nname = "x"\nbearer = "nothing"\npatterns = ["(?P<number>1)"]',
            "schemes.x.bearer",
        ),
        (
            '[[schemes]]\nname = "x"\nbearer = "invoice"\n'
            'patterns = [\'X(?P<number>\\d+)\']\nexamples = [["Y1", "X1"]]',
            "schemes.x.examples",
        ),
    ],
)
def test_a_mistake_is_named_with_its_key(tmp_path, text, key):
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(path)
    assert raised.value.key == key
    assert raised.value.expected


@pytest.mark.parametrize(
    ("data", "roots", "key"),
    [
        ("tree/data", ["tree"], "data.folder"),
        ("data", ["data/tree"], "roots.0.path"),
        ("same", ["same"], "roots.0.path"),
        ("data", ["a", "a"], "roots.1.path"),
        ("data", ["a", "a/b"], "roots.1.path"),
        ("data", ["a/b", "link"], "roots.1.path"),
    ],
)
def test_folders_that_lie_in_one_another_are_refused(tmp_path, data, roots, key):
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    tables = [f'[[roots]]\nname = "r{n}"\npath = "{path}"\n' for n, path in enumerate(roots)]
    path = tmp_path / "config.toml"
    path.write_text(f'[data]\nfolder = "{data}"\n{"".join(tables)}', encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(path)
    assert raised.value.key == key
    assert "a folder" in raised.value.expected


def test_the_environment_wins_over_the_file(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text("[server]\nport = 1234\n", encoding="utf-8")
    monkeypatch.setenv("CROSSFILE_SERVER__PORT", "4321")
    monkeypatch.setenv("CROSSFILE_SEARCH__ENGINE", "whoosh")
    config = load_config(path)
    assert (config.server.port, config.search.engine) == (4321, "whoosh")


@pytest.mark.parametrize("value", ["swe", "swe, eng", '["swe", "eng"]'])
def test_a_list_in_the_environment_is_json_or_has_commas(tmp_path, monkeypatch, value):
    monkeypatch.setenv("CROSSFILE_OCR__LANGUAGES", value)
    path = tmp_path / "config.toml"
    path.write_text("", encoding="utf-8")
    assert load_config(path).ocr.languages == ("swe", "eng")[: 1 if value == "swe" else 2]


def test_roots_in_the_environment_are_json_as_a_whole(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text("", encoding="utf-8")
    monkeypatch.setenv("CROSSFILE_ROOTS", '[{"name": "a", "path": "tree"}]')
    assert load_config(path).roots[0].path == tmp_path / "tree"
    monkeypatch.setenv("CROSSFILE_ROOTS", "tree")
    with pytest.raises(ConfigError, match=r"CROSSFILE_ROOTS.*JSON"):
        load_config(path)
    monkeypatch.delenv("CROSSFILE_ROOTS")
    monkeypatch.setenv("CROSSFILE_ROOTS__0__NAME", "a")
    with pytest.raises(ConfigError, match=r"CROSSFILE_ROOTS__0__NAME.*CROSSFILE_ROOTS holds.*JSON"):
        load_config(path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[ocr]\nlanguages = "swe"', "a list"),
        ('[server]\nport = "x"', "a whole number"),
        ("[server]\nport = 99999", "at most 65535"),
        ("server = 1", "a table"),
        ('[search]\nengine = "lucene"', "one of 'tantivy' or 'whoosh'"),
        ('[[roots]]\nname = "a"', "a value"),
        ('[[filing_rules]]\nmatch = "{customer}/**"', "{product}"),
    ],
)
def test_what_was_expected_is_said_in_plain_words(tmp_path, text, expected):
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(path)
    assert expected in raised.value.expected
    assert "Input should" not in str(raised.value)


def test_all_mistakes_are_named_at_once(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text(
        '[data]\nfolder = "tree/data"\n[server]\nport = "x"\nprot = 1\n'
        '[search]\nengine = "lucene"\n'
        '[[roots]]\nname = "a"\npath = "tree"\n[[roots]]\nname = "b"\npath = "tree"\n'
        '[[schemes]]\nname = "x"\nbearer = "nothing"\npatterns = ["(", "1"]\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("CROSSFILE_OCR__LANGUAGE", "swe")
    with pytest.raises(ConfigError) as raised:
        load_config(path)
    keys = [
        "CROSSFILE_OCR__LANGUAGE", "server.port", "server.prot", "search.engine",
        "schemes.x.bearer", "schemes.x.patterns", "schemes.x.patterns", "data.folder",
        "data.folder", "roots.1.path",
    ]  # fmt: skip
    said = str(raised.value).splitlines()
    assert [line.split("'")[1] for line in said] == keys
    assert all("has value" in line and "; expected " in line for line in said)


def test_a_misspelled_variable_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    path.write_text("", encoding="utf-8")
    monkeypatch.setenv("CROSSFILE_SERVER__PROT", "1")
    with pytest.raises(ConfigError, match="CROSSFILE_SERVER__PROT"):
        load_config(path)


def test_folders_count_from_the_file(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[[roots]]\nname = "a"\npath = "tree"\n', encoding="utf-8")
    config = load_config(path)
    assert config.roots[0].path == tmp_path / "tree"
    assert config.data.folder == tmp_path / "crossfile-data"


@pytest.mark.parametrize("address", ["hej", "ftp://a.example", "https://", "https:// a"])
def test_an_address_that_is_none_is_refused(tmp_path, address):
    path = tmp_path / "config.toml"
    path.write_text(f'[server]\npublic_url = "{address}"\n')
    with pytest.raises(ConfigError, match="begins with https://"):
        load_config(path)
