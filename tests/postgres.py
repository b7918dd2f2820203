"""A throw-away PostgreSQL server for the tests, from the programs that Debian's packages bring."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

START_LIMIT_S = 60.0

# Nothing here outlives the tests, so nothing has to reach the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
}


class PostgresNotInstalled(Exception):
    """There is no `initdb` on this machine."""


@dataclass(slots=True)
class PostgresServer:
    """A running server; databases are copies of its empty template."""

    port: int
    user: str = "crossfile"
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        return f"postgresql://{self.user}@127.0.0.1:{self.port}/{database}"

    @contextlib.contextmanager
    def database(self, template: str = "template0") -> Iterator[str]:
        """The URL of a new database, dropped afterwards together with all its connections."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


def programs() -> Path:
    """The folder of `initdb` and `postgres`, the newest version; Debian keeps it off PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: float(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if found is None:
        raise PostgresNotInstalled("PostgreSQL is not installed: apt-get install postgresql")
    return Path(found).parent


def unprivileged_user() -> str | None:
    """Whom the server runs as: it refuses root. None: as ourselves."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextlib.contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Make a cluster in a temporary folder, serve it on a free port, remove it afterwards.

    Raises `PostgresNotInstalled`.
    """
    folder = programs()
    user = unprivileged_user()
    home = Path(tempfile.mkdtemp(prefix="crossfile-postgres-"))
    try:
        if user:
            shutil.chown(home, user)
        cluster = home / "cluster"
        _make_cluster(folder, cluster, user)
        server = PostgresServer(port=_free_port())
        with (home / "log").open("wb") as log:
            process = _start(folder, cluster, server.port, user, log.fileno())
        try:
            _wait_until_it_answers(server, process, home / "log")
            yield server
        finally:
            process.send_signal(signal.SIGQUIT)  # "immediate": no checkpoint, nothing is kept
            process.wait(START_LIMIT_S)
    finally:
        shutil.rmtree(home)


def _make_cluster(folder: Path, cluster: Path, user: str | None) -> None:
    # Swedish ICU order, as on a real Swedish server: who wants byte order has to ask for it.
    order = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=sv-SE"]
    command: list[str | Path] = [
        folder / "initdb",
        "-D",
        cluster,
        "-U",
        "crossfile",
        "-A",
        "trust",
        "-N",
        *order,
    ]
    made = subprocess.run(
        command, user=user, cwd="/", capture_output=True, text=True, errors="replace", check=False
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stdout}{made.stderr}")


def _start(
    folder: Path, cluster: Path, port: int, user: str | None, log: int
) -> subprocess.Popen[bytes]:
    command: list[str | Path] = [folder / "postgres", "-D", cluster, "-p", str(port)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    if setpriv := shutil.which("setpriv"):  # a test run that is killed takes its server along
        command = [setpriv, "--pdeathsig", "QUIT", *command]
    return subprocess.Popen(command, user=user, cwd="/", stdout=log, stderr=log)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_it_answers(
    server: PostgresServer, process: subprocess.Popen[bytes], log: Path
) -> None:
    give_up = time.monotonic() + START_LIMIT_S
    while True:
        try:
            return server.execute("SELECT 1")
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > give_up:
                said = log.read_text(errors="replace")
                raise RuntimeError(f"PostgreSQL did not start: {said}") from error
        time.sleep(0.05)
