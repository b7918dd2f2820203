"""A tree and its archive, driven from the command line, whose database is lost and made again."""

from __future__ import annotations

import json
from difflib import unified_diff
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from tests.place import Place

#: What was known before is in backups only.
LATER = "recorded_at"
DIFF_MARKS = ("--", "++", "@@")


class LostHouse(Place):
    """`lose` takes the database away, `rebuild` makes it again; `told` is what it exports."""

    def __init__(self, folder: Path, capsys: Any, url: str = "") -> None:
        super().__init__(folder, capsys)
        self.data, self.backups, self._url = folder / "data", folder / "backups", url
        self.url = url or f"sqlite:///{self.data / 'crossfile.sqlite'}"
        with self.config.open("a") as config:
            config.write(f'[data]\nfolder = "data"\ndatabase = "{url}"\n')

    def told(self, *, but: str = LATER) -> dict[str, list[dict]]:
        found = {}
        for what in (("documents",), ("references", "--all-versions", "--mentions")):
            status, out, err = self.run("export", *what)
            assert status == 0, err
            found[what[0]] = [json.loads(line) for line in out.splitlines()]
        for line in found["references"]:
            line.pop(but, None)
        return found

    def lose(self) -> None:
        if not self._url:
            for path in self.data.glob("crossfile.sqlite*"):
                path.unlink()
            return
        engine = create_engine(self._url.replace("postgres://", "postgresql://", 1))
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()

    def rebuild(self, *arguments: Any) -> tuple[int, dict, str]:
        status, out, err = self.run("rebuild", "--json", *arguments)
        return status, json.loads(out) if out else {}, err

    def receipts(self) -> list[dict]:
        lines = (self.data / "vault" / "journal" / "receipts.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]


def differing(before: dict[str, list[dict]], after: dict[str, list[dict]]) -> list[str]:
    """Lines that only one of two tellings has, or has elsewhere; each with its sign."""
    found = []
    for what in before:
        lines = [
            [json.dumps(one, sort_keys=True) for one in told[what]] for told in (before, after)
        ]
        found += [
            one for one in unified_diff(*lines, n=0, lineterm="") if one[:2] not in DIFF_MARKS
        ]
    return found
