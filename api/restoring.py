"""Restoring a backup into the configured data folder and database, while nobody else is there.

Or on trial: into a new folder, which is deleted again; the archive goes on meanwhile. And making
the database of a vault again, where it is lost.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from api.lock import opened, refuse_network
from api.service import Services, now
from archive.backup import remember_trial
from archive.config import Config, DataSection
from archive.config_rules import HistorySection
from archive.db import Database, is_alive, sqlite_url
from archive.errors import ConfigError, Conflict, DamageFound, UsageError
from archive.fixity import Finding
from archive.rebuild import Rebuilt, rebuild
from archive.restore import latest, restore
from archive.sealing import KEY_FILE
from archive.vault import Vault

#: What may lie in the data folder before: locks, and what a restore that died has left.
LEFT: Final = ("open.lock", "serve.lock", "vault", "crossfile.sqlite", KEY_FILE)
#: Folders there that are made of the rows of the database.
MADE_AGAIN: Final = ("index", "cache")
Done = TypeVar("Done")


def restored(
    config: Config,
    folder: Path,
    clock: Callable[[], datetime] = now,
    *,
    without_damaged: bool = False,
) -> list[Finding]:
    """Restore the backup in `folder`; what `verify` finds afterwards.

    Raises `Conflict` where the place is in use or not empty, and what archive.restore raises.
    """
    data = config.data.folder

    def work(database: Database, vault: Vault) -> list[Finding]:
        for path in data.iterdir():
            if not path.name.startswith(LEFT):
                raise Conflict(f"The data folder has {path.name} in it: restore into an empty one.")
        outside = config.history.outside
        return restore(
            folder, database, vault, clock, outside=outside, without_damaged=without_damaged
        )

    return _alone(config, work)


def rebuilt(
    config: Config, tables: Path | None = None, clock: Callable[[], datetime] = now
) -> Rebuilt:
    """Make the database again from the vault; what came of it.

    Search index and pictures go: they are of rows that are no more. Raises as `restored` does.
    """
    data = config.data.folder
    if not (data / "vault").is_dir():
        raise UsageError(f"There is no vault in {data}.")

    def work(database: Database, vault: Vault) -> Rebuilt:
        derived = [data / name for name in MADE_AGAIN]
        outside = config.history.outside
        return rebuild(database, vault, clock, tables=tables, derived=derived, outside=outside)

    return _alone(config, work)


def _alone(config: Config, work: Callable[[Database, Vault], Done]) -> Done:
    """Do something with the configured database and vault, while nobody else has them open."""
    data = config.data.folder
    url = config.data.database
    if not url:
        refuse_network(data)
        url = sqlite_url(data / "crossfile.sqlite")
    done: list[Done] = []

    def prepare() -> None:
        database = Database(url)
        try:
            if not is_alive(database):
                shown = database.engine.url.render_as_string(hide_password=True)
                raise ConfigError("data.database", shown, "a database that answers")
            done.append(work(database, Vault(data / "vault")))
        finally:
            database.close()

    with opened(data, prepare):
        if not done:
            raise Conflict(f"The data folder {data} is in use. Stop all processes of Crossfile.")
    return done[0]


def tried(
    services: Services, folder: Path, place: Path, *, without_damaged: bool = False
) -> list[Finding]:
    """Restore the backup in `folder` into a new folder in `place`, verify it, and delete it again.

    That is kept for `status`, also where the backup is damaged: raises `DamageFound` then.
    """
    name = latest(folder).name
    is_sound = False
    try:
        with tempfile.TemporaryDirectory(prefix="crossfile-trial-", dir=place) as made:
            elsewhere = {"data": DataSection(folder=Path(made) / "data")}
            config = services.config.model_copy(update=elsewhere | {"history": HistorySection()})
            findings = restored(config, folder, services.clock, without_damaged=without_damaged)
            is_sound = not findings
    except OSError as error:
        raise UsageError(f"The backup can't be restored in {place}: {error}.") from error
    except DamageFound:
        remember_trial(services.database, services.clock(), name, is_sound=False)
        raise
    remember_trial(services.database, services.clock(), name, is_sound=is_sound)
    return findings
