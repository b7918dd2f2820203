"""A tree with its configuration, and the command line over it."""

from __future__ import annotations

import json

import pytest

from api.cli import main


class Place:
    """A tree with its configuration, and the command line over it."""

    def __init__(self, folder, capsys) -> None:
        self.tree = folder / "tree"
        self.tree.mkdir()
        self.config = folder / "config.toml"
        self.config.write_text(
            "[ocr]\nlanguages = []\n[reading]\nworkers = 1\nmax_file_mb = 1\n"
            '[[roots]]\nname = "filing"\npath = "tree"\nrest_s = 0\n',
            encoding="utf-8",
        )
        self._capsys = capsys

    def write(self, path, text):
        file = self.tree / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def run(self, *arguments):
        self._capsys.readouterr()
        try:
            status = main(["--config", str(self.config), *map(str, arguments)])
        except SystemExit as end:
            status = end.code or 0
        out, err = self._capsys.readouterr()
        return status, out, err

    def ingest(self, *paths):
        status, out, err = self.run("ingest", "--json", *(paths or [self.tree]))
        return status, json.loads(out), err

    def paths(self):
        lines = self.run("export", "documents")[1].splitlines()
        return [path for line in lines for path in json.loads(line)["paths"]]


@pytest.fixture
def place(tmp_path, capsys):
    return Place(tmp_path, capsys)
