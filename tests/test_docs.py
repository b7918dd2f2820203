"""The papers say what the code does: what they name exists, what exists is named."""

from __future__ import annotations

import re
import shlex
import struct
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from archive.access import ROLES, Right
from archive.config import Config, load_config
from archive.vocabulary import REASONS
from indexer.search.tree import FIELDS
from tools import papers

PROJECT = papers.PROJECT
PAPERS = papers.papers()
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
COMMANDS = dict(papers.each_command())


def fenced(paper: Path, *languages: str) -> list[str]:
    found = FENCE.findall(paper.read_text(encoding="utf-8"))
    return [text for language, text in found if language in languages]


def lines_of_commands(paper: Path) -> list[list[str]]:
    """Every `crossfile …` of a paper, in examples and within sentences, as words."""
    text = paper.read_text(encoding="utf-8")
    if paper.name == "reference.md":
        text = text.replace(papers.commands(), "")  # in the form of a table of its own
    examples = [line for block in fenced(paper, "sh") for line in block.splitlines()]
    inline = re.findall(r"`([^`]*)`", FENCE.sub("", text).replace("\n", " "))
    found = []
    for line in (*examples, *inline):
        for piece in re.split(r"&&|\|", line):
            match = re.match(r"\s*(?:\S*/run +)?crossfile +(.*)", piece)
            if match and "…" not in piece:
                found.append(shlex.split(match[1], comments=True))
    return found


def command_of(words: list[str]) -> tuple[str, list[str]]:
    """The longest command that these words begin with, and the rest of them."""
    if words[:1] == ["--config"]:
        words = words[2:]
    for count in (2, 1):
        if " ".join(words[:count]) in COMMANDS:
            return " ".join(words[:count]), words[count:]
    return "", words


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_what_the_code_can_say_of_itself_is_up_to_date(paper):
    text = paper.read_text(encoding="utf-8")
    assert papers.with_parts(text) == text, "python -m tools.papers brings it up to date"


def test_every_part_stands_in_a_paper():
    parts = {match[2] for paper in PAPERS for match in papers.PART.finditer(paper.read_text())}
    assert parts == set(papers.PARTS)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_command_and_option_that_a_paper_names_exists(paper):
    for words in lines_of_commands(paper):
        name, rest = command_of(words)
        if not name:
            assert words[0].startswith("-") or words[0] in {"NAME", "schemes"}, words
            continue
        options = {option for p in COMMANDS[name].params for option in p.opts} | {"--help", "-h"}
        for word in rest:
            if word.startswith("-") and word != "-":
                assert word in options, (name, word)


def test_every_verb_of_run_that_a_paper_names_exists():
    verbs = re.findall(r"^    \./run (\w+)", (PROJECT / "run").read_text(), re.MULTILINE)
    named = {verb for p in PAPERS for verb in re.findall(r"\./run (\w+)", p.read_text())}
    assert named == set(verbs)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_within_the_papers_leads_somewhere(paper):
    for target in re.findall(r"\]\(([^)\s]+)\)", paper.read_text(encoding="utf-8")):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        path = (paper.parent / name).resolve() if name else paper
        assert path.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, target


def test_the_papers_show_configurations():
    shown = {paper.name for paper in PAPERS if list(fenced(paper, "toml"))}
    assert shown >= {"README.md", "administrators.md"}


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_configuration_that_a_paper_shows_is_taken(paper, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for text in fenced(paper, "toml"):
        file = tmp_path / "config.toml"
        file.write_text(text, encoding="utf-8")
        load_config(file)


def test_every_key_of_the_configuration_is_in_the_reference():
    text = (PROJECT / "docs" / "reference.md").read_text(encoding="utf-8")
    sections = tomllib.loads((PROJECT / "config.example.toml").read_text(encoding="utf-8"))
    assert set(sections) == set(Config.model_fields)
    for section, table in sections.items():
        many = isinstance(table, list)
        head = f"[[{section}]]" if many else f"[{section}]"
        annotation = Config.model_fields[section].annotation
        model = annotation.__args__[0] if many else annotation
        for key in model.model_fields:
            assert f"`{head} {key}`" in text, (section, key)


def test_every_role_and_right_reason_and_search_field_is_in_the_papers():
    text = "".join(paper.read_text(encoding="utf-8") for paper in PAPERS)
    assert [name for name in (*ROLES, *Right) if f"| {name} |" not in text] == []
    assert [code for code in REASONS if f"| `{code}` |" not in text] == []
    staff = (PROJECT / "docs" / "staff.md").read_text(encoding="utf-8")
    assert [field for field in FIELDS if f"`{field}:" not in staff] == []


def test_every_file_that_the_architecture_names_exists():
    text = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\b((?:archive|indexer|api|web)/[\w/]+\.\w+)", text))
    assert named
    assert [name for name in sorted(named) if not (PROJECT / name).is_file()] == []


def test_every_figure_of_prometheus_is_named_for_administrators():
    names = re.findall(r'"(crossfile_\w+)"', (PROJECT / "api" / "metrics.py").read_text())
    text = (PROJECT / "docs" / "administrators.md").read_text(encoding="utf-8")
    assert names
    assert [name for name in names if name not in text] == []


def test_the_picture_of_the_search_page_is_a_small_one_of_the_width_of_a_page():
    data = (PROJECT / "docs" / "search-page.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">I", data[16:20]) == (1280,)
    assert len(data) < 250_000


def test_the_unit_starts_a_command_that_is_taken(tmp_path):
    unit = (PROJECT / "docs" / "crossfile.service").read_text(encoding="utf-8")
    start = re.search(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    assert start
    program, *words = shlex.split(start[1])
    assert program.endswith("/.venv/bin/crossfile")
    asked = [sys.executable, "-m", "api.cli", *words, "--help"]
    checked = subprocess.run(asked, cwd=PROJECT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
