"""The script `run`, on a project of one file without dependencies: nothing is fetched here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

CLI = """
import sys

def main():
    print("crossfile", *sys.argv[1:])
    return len(sys.argv) - 1
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(PROJECT / "run", folder)
    (folder / "requirements.lock").touch()
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "small"\nscripts = { crossfile = "api.cli:main" }\n'
    )
    (folder / "api").mkdir()
    (folder / "api" / "cli.py").write_text(CLI)
    return folder


def start(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """With the plain pip way of making environments, whether or not uv is there."""
    path = os.pathsep.join(
        folder
        for folder in os.environ["PATH"].split(os.pathsep)
        if not (Path(folder) / "uv").exists()
    )
    return subprocess.Popen(
        [sys.executable, project / "run", *arguments],
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(project: Path, *arguments: str) -> tuple[int, str, str]:
    process = start(project, *arguments)
    out, said = process.communicate()
    return process.returncode, out, said


def test_the_first_call_makes_the_environment_and_the_next_finds_it(project):
    status, out, said = run(project, "crossfile", "show", "D-000001")
    assert (status, out) == (2, "crossfile show D-000001\n")
    assert "setting up" in said
    assert run(project, "crossfile", "status") == (1, "crossfile status\n", "")


def test_two_calls_at_once_make_one_environment_in_place_of_an_interrupted_one(project):
    run(project, "crossfile")
    (project / ".venv" / "crossfile-unfinished").touch()
    (project / ".venv" / "crossfile-stamp").unlink()
    (project / ".venv" / "left-over").touch()
    both = [start(project, "crossfile", word) for word in ("one", "two")]
    answers = [process.communicate() for process in both]
    assert [out for out, _ in answers] == ["crossfile one\n", "crossfile two\n"]
    assert sum("setting up the environment" in said for _, said in answers) == 1
    assert not (project / ".venv" / "left-over").exists()


def test_a_changed_project_is_set_up_again_in_the_same_environment(project):
    run(project, "crossfile")
    kept = project / ".venv" / "kept"
    kept.touch()
    with (project / "pyproject.toml").open("a") as file:
        file.write("# changed\n")
    assert "setting up" in run(project, "crossfile")[2]
    assert kept.exists()


def test_the_working_folder_stays_that_of_the_caller(project, tmp_path, monkeypatch):
    (project / "api" / "cli.py").write_text("import os\n\ndef main():\n    print(os.getcwd())\n")
    monkeypatch.chdir(tmp_path)
    assert run(project, "crossfile")[:2] == (0, f"{tmp_path}\n")


def test_an_unknown_verb_is_wrong_usage_and_sets_nothing_up(tmp_path):
    shutil.copy(PROJECT / "run", tmp_path)
    status, _, said = run(tmp_path, "dmeo")
    assert status == 2
    assert "demo, test, check, bench, serve, crossfile, lock" in said
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_help_names_every_verb(run_script, tmp_path):
    shutil.copy(PROJECT / "run", tmp_path)
    status, out, _ = run(tmp_path)
    assert status == 0
    assert all(f"./run {verb}" in out for verb in run_script.VERBS)


def test_where_it_may_not_install_it_says_the_line_and_what_is_lost(run_script, capsys):
    piece = run_script.Piece(lambda: False, ("one", "two"), "nothing is seen")
    there = run_script.Piece(lambda: True, ("three",), "nothing is heard")
    run_script.need([piece, there], install=False)
    assert capsys.readouterr().err.splitlines() == [
        "run: programs are missing. On Debian or Ubuntu: "
        "sudo apt install --no-install-recommends one two",
        "run: without one: nothing is seen.",
    ]


def test_where_it_may_it_installs_all_that_is_missing_at_once(
    run_script, capsys, tmp_path, monkeypatch
):
    installer = tmp_path / "apt-get"
    installer.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/calls\n/bin/touch {tmp_path}/$1\n')
    installer.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    pieces = [
        run_script.Piece((tmp_path / "install").exists, (name,), "it is dark")
        for name in ("lamp", "oil")
    ]
    run_script.need(pieces, install=True)
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "run: installing programs that are missing: apt install --no-install-recommends lamp oil"
    ]
    update, install = (tmp_path / "calls").read_text().splitlines()
    assert update.startswith("update")
    assert install.startswith("install --no-install-recommends") and install.endswith("lamp oil")


@pytest.mark.parametrize("verb", ["demo", "serve"])
def test_what_reads_files_sees_to_a_program_that_reads_scans(run_script, verb):
    assert run_script.TESSERACT in run_script.VERBS[verb][1]


def test_nothing_is_said_where_nothing_is_missing(run_script, capsys):
    run_script.need([run_script.Piece(lambda: True, ("one",), "")], install=True)
    assert capsys.readouterr().err == ""
