"""What holds for the project as a whole: its names, its sizes, its lock file, its licences."""

from __future__ import annotations

import importlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import PROJECT

PACKAGES = ("archive", "indexer", "api", "web")
MOST_LINES = 400
NOT_OURS = {"__pycache__", "crossfile-data", "crossfile-demo", "bench-results"}
WORD_OF_A_PLACE = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.org|npmjs\.com/|unpkg\.com|/opt/(?:wheels|pypi)"
    r"|/work/(?:main|shared)|/root/\."
)
COPYLEFT = re.compile(r"(?<!L)A?GPL|Affero|(?<!Lesser )General Public License", re.IGNORECASE)


def files(folder: Path = PROJECT) -> Iterator[Path]:
    """The files of the project, without what tools and services leave in it."""
    for path in sorted(folder.iterdir()):
        if path.name in NOT_OURS or (path.name.startswith(".") and path.name != ".ci"):
            continue
        if path.is_dir():
            yield from files(path)
        else:
            yield path


def project() -> dict:
    return tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]


def locked() -> dict[str, tuple[str, str]]:
    """Name → (version, all that stands below it) in requirements.lock."""
    text = (PROJECT / "requirements.lock").read_text()
    entry = re.compile(r"^([\w.-]+)==([^\s;]+)(.*\n(?:[ #].*\n)*)", re.MULTILINE)
    return {canonicalize_name(name): (version, rest) for name, version, rest in entry.findall(text)}


def runtime_distributions() -> set[str]:
    """What is installed because the service itself needs it, directly or not."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in project()["dependencies"]]
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        extras = [{"extra": extra} for extra in ("", *one.extras)]
        if name in found or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        for line in importlib.metadata.requires(name) or ():
            further = Requirement(line)
            if not further.marker or any(map(further.marker.evaluate, extras)):
                further.marker = None
                waiting.append(further)
    return found


@pytest.mark.parametrize("name", PACKAGES)
def test_no_other_distribution_owns_the_names_of_our_packages(name):
    owners = set(importlib.metadata.packages_distributions().get(name, ()))
    assert owners <= {"crossfile"}
    assert Path(importlib.import_module(name).__file__).is_relative_to(PROJECT)


def test_imports_run_one_way():
    command = [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"]
    checked = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize(
    ("process", "not_imported"),
    [
        ("api.working", {"fastapi", "uvicorn", "jinja2", "api.app", "tantivy"}),
        ("api.finder", {"fastapi", "uvicorn", "jinja2", "indexer.service", "watchdog"}),
        ("indexer.cage_child", {"fastapi", "uvicorn", "sqlalchemy", "tantivy", "archive.models"}),
    ],
)
def test_a_process_imports_nothing_of_what_another_one_does(process, not_imported):
    """Each of them takes tens of MB, for as long as the service runs."""
    code = f"import sys, {process}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not_imported & set(done.stdout.split()) == set()


def test_no_module_is_too_long_to_read_in_one_go():
    modules = [path for path in files() if path.suffix == ".py" or path.name == "run"]
    lines = {str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in modules}
    assert {name: count for name, count in lines.items() if count > MOST_LINES} == {}


def test_the_lock_file_holds_what_the_project_asks_for():
    asked = [*project()["dependencies"], *project()["optional-dependencies"]["dev"]]
    versions = {name: version for name, (version, _) in locked().items()}
    wrong = {
        line: versions.get(canonicalize_name(Requirement(line).name))
        for line in asked
        if not Requirement(line).specifier.contains(
            versions.get(canonicalize_name(Requirement(line).name), "0.dev0")
        )
    }
    assert wrong == {}, "./run lock brings requirements.lock in step with pyproject.toml"


def test_every_locked_distribution_has_its_hashes():
    entries = locked()
    assert len(entries) > 50
    assert [name for name, (_, rest) in entries.items() if "--hash=sha256:" not in rest] == []


def test_what_the_service_runs_on_is_not_under_the_gpl():
    found = {}
    for name in runtime_distributions():
        told = importlib.metadata.metadata(name)
        classifiers = [line for line in told.get_all("Classifier", ()) if "License" in line]
        words = " ".join([told.get("License-Expression", ""), *classifiers])
        words = words if words.strip() else told.get("License", "").partition("\n")[0]
        if COPYLEFT.search(words):
            found[name] = words
    assert found == {}


@pytest.mark.parametrize(
    ("words", "is_copyleft"),
    [
        ("GPL-3.0-only", True),
        ("AGPLv3", True),
        ("License :: OSI Approved :: GNU General Public License v2 (GPLv2)", True),
        ("GNU Affero General Public License", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v2 or later (LGPLv2+)", False),
        ("MPL-2.0 AND MIT", False),
    ],
)
def test_licences_are_told_apart(words, is_copyleft):
    assert bool(COPYLEFT.search(words)) == is_copyleft


def test_no_file_names_a_package_registry_or_a_place_on_one_machine():
    found = {}
    for path in files():
        text = path.read_bytes().decode("utf-8", "replace")
        if word := WORD_OF_A_PLACE.search(text):
            found[str(path.relative_to(PROJECT))] = word[0]
    assert found == {}
