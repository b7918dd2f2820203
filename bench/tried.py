"""Tries a scene at its points: `-m bench.tried SCENE FOLDER`, options below; JSON Lines come out.

It runs as a process of its own, because it forks: nothing in it may have threads or connections.
"""

from __future__ import annotations

import argparse
import json
import logging
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import structlog
from sqlalchemy.orm import configure_mappers

from api.service import Services, now
from archive.db import Database, sqlite_url
from archive.intake import Intake
from archive.vault import Vault
from bench.injected import Ended, Point, Say, alone, points_of, sampled, traced
from bench.scenes import FIRST, INTAKE, Place, Scene, State, copied
from bench.scenes_kept import BACKUP, PACKAGE, RESTORE
from bench.scenes_read import READING

SCENES = {scene.name: scene for scene in (FIRST, INTAKE, READING, BACKUP, RESTORE, PACKAGE)}


class Tries:
    """One scene over one kind of database, tried again and again in one folder."""

    def __init__(self, scene: Scene, folder: Path, server: str) -> None:
        self._scene = scene
        self._template = folder / "template"
        self._server = server
        self._base = f"torture_{folder.name}".replace("-", "_").lower()
        self.place = Place(folder / "place", self._url(self._base))
        self._copies = folder / "place"
        lite = sqlite_url(self._copies / "data" / "crossfile.sqlite")
        self._database = Database(self.place.url or lite)  # never open while we fork

    def _url(self, name: str) -> str:
        return f"{self._server.rpartition('/')[0]}/{name}" if self._server else ""

    def _sql(self, *statements: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def make(self) -> State:
        """Make the scene, and see how it ends where nothing happens."""
        shutil.rmtree(self._template, ignore_errors=True)
        shutil.rmtree(self._copies, ignore_errors=True)
        (self._copies / "tree").mkdir(parents=True)
        if self._server:
            self._sql(f"DROP DATABASE IF EXISTS {self._base} WITH (FORCE)",
                      f"CREATE DATABASE {self._base} TEMPLATE template0")  # fmt: skip
        self._must(alone(lambda _: self._scene.make(self.place)))
        self._copies.rename(self._template)
        if self._server:
            self._sql(f"DROP DATABASE IF EXISTS {self._base}_made WITH (FORCE)",
                      f"ALTER DATABASE {self._base} RENAME TO {self._base}_made")  # fmt: skip
        self.anew()
        self._must(alone(lambda say: self._scene.act(self.place, say, ())))
        problems, state = self._looked()
        if problems:
            raise RuntimeError(f"{self._scene.name} is not sound by itself: {problems}")
        return state

    def anew(self) -> None:
        """Put the scene back to where it was made."""
        copied(self._template, self._copies)
        if self._server:
            self._sql(f"DROP DATABASE IF EXISTS {self._base} WITH (FORCE)",
                      f"CREATE DATABASE {self._base} TEMPLATE {self._base}_made "
                      "STRATEGY FILE_COPY")  # fmt: skip

    def points(self, outcome: str, log: Path) -> list[Point]:
        """All at which it can be disturbed."""
        self.anew()
        ended, calls = traced(lambda say: self._scene.act(self.place, say, ()), log)
        self._must(ended)
        return points_of(calls, outcome)

    def disturb(self, point: Point, expected: State) -> dict[str, Any]:
        """Disturb it there; what was wrong afterwards, and whether the point was met at all."""
        self.anew()
        act = self._scene.act
        ended = alone(lambda say: act(self.place, say, ()), point.options)
        kept = ended.of("kept")

        def go_on(say: Say) -> None:
            say("found", self._scene.recovered(self.place, kept))
            act(self.place, say, kept)

        again = alone(go_on)
        problems = [f"unexpected: {text}" for text in ended.of("unexpected")]
        problems += ["It hangs." for _ in (*ended.of("hung"), *again.of("hung"))]
        problems += [one for some in again.of("found") for one in some]
        problems += [f"can't go on: {text}" for text in again.of("failed")]
        problems += again.of("unexpected")
        found, state = self._looked()
        if state != expected:
            problems.append(f"{_differs(state, expected)}")
        is_met = ended.was_killed or bool(ended.of("failed"))
        return {
            "point": str(point), "met": is_met, "said": ended.of("failed"),
            "problems": problems + found,
        }  # fmt: skip

    def _looked(self) -> tuple[list[str], State]:
        def look(say: Say) -> None:
            say("found", self._scene.look(self.place, self._services()))

        if not self._scene.looks_apart:
            services = self._services()
            try:
                return self._scene.look(self.place, services)
            finally:
                services.database.close()  # what it knows of statements stays
        ended = alone(look)
        if failed := ended.of("failed"):
            return [f"can't be looked at: {failed[0]}", *ended.of("unexpected")], {}
        problems, state = ended.of("found")[0]
        return problems, state

    def _services(self) -> Services:
        config = self.place.config
        vault = Vault(config.data.folder / "vault")
        return Services(config, self._database, vault, Intake(self._database, vault, now), now)

    def _must(self, ended: Ended) -> None:
        if not ended.of("done"):
            raise RuntimeError(f"{self._scene.name}: {ended}")


def _differs(state: State, expected: State) -> str:
    """What is otherwise than where nothing happened."""
    found = []
    for key in {**expected, **state}:
        now_is, was = state.get(key), expected.get(key)
        if isinstance(now_is, list) and isinstance(was, list):  # only what is in one of them
            now_is, was = (
                [a for a in one if a not in two] for one, two in ((now_is, was), (was, now_is))
            )
        if now_is != was or state.get(key) != expected.get(key):
            found.append(f"{key}: {now_is} and not {was}")
    return "; ".join(found)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.tried")
    parser.add_argument("scene", choices=SCENES)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--server", default="", help="postgresql://…/postgres; else SQLite")
    parser.add_argument("--outcome", default="KILL", help="KILL, EIO, ENOSPC")
    parser.add_argument("--share", default="1/1", help="2/3: the second third of the points")
    parser.add_argument("--sample", type=int, default=0, help="so many points by chance; 0: all")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    silent = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(wrapper_class=silent)  # what goes wrong is told by what came of it
    configure_mappers()  # once, and not in each child
    tries = Tries(SCENES[options.scene], options.folder, options.server)
    expected = tries.make()
    points = tries.points(options.outcome, options.folder / "calls")
    part, parts = map(int, options.share.split("/"))
    chosen = sampled(points, options.sample or len(points))[part - 1 :: parts]
    for point in chosen:
        print(json.dumps(tries.disturb(point, expected)), flush=True)
    print(json.dumps({"points": len(points), "tried": len(chosen)}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
