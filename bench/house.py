"""An archive of a benchmark's own, driven from outside: the console script, and HTTP with a token.

Nothing of the code that is measured is imported here.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.context import PROJECT
from bench.figures import Broken
from bench.processes import ProcessTree, Usage, measure

Command = list[str | Path]
CROSSFILE: Final = Path(sys.executable).with_name("crossfile")
START_S: Final = 60
END_S: Final = 30
REST_S: Final = 120
AT_REST: Final = 0.05  # of one core
DONE: Final = (0, 3)  # 3: done, and something came of it that wants a person


class Client:
    """One connection that stays open, as a browser's does."""

    def __init__(self, port: int, token: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **query: str | int) -> bytes:
        """The body of an answer. Raises `Broken` where it is an error."""
        target = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        try:
            response, body = self._ask(target)
        except (http.client.RemoteDisconnected, ConnectionError):
            self._connection.close()  # the service has ended one that was silent for long
            response, body = self._ask(target)
        if response.status != 200:
            raise Broken(f"GET {target} gives {response.status}: {body[:200]!r}")
        return body

    def _ask(self, target: str) -> tuple[http.client.HTTPResponse, bytes]:
        self._connection.request("GET", target, headers=self._headers)
        response = self._connection.getresponse()
        return response, response.read()

    def json(self, path: str, **query: str | int) -> Any:
        """The same, read."""
        return json.loads(self.get(path, **query))

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class Service:
    """A running service."""

    port: int
    token: str
    tree: ProcessTree

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answering_cpu_s(self) -> float:
        """CPU time so far of what answers, exact: all processes but the worker and below it."""
        workers = self.tree.children("worker")
        reading = {pid for worker in workers for pid in ProcessTree(worker).pids()}
        return sum(_cpu_s(pid) for pid in self.tree.pids() if pid not in reading)

    def come_to_rest(self) -> None:
        """Wait until all that comes with the start or the first questions is done.

        Raises `Broken` where the service goes on working for REST_S seconds.
        """
        deadline = time.monotonic() + REST_S
        while time.monotonic() < deadline:
            used = sum(map(_cpu_s, self.tree.pids()))
            time.sleep(1)
            if sum(map(_cpu_s, self.tree.pids())) - used < AT_REST:
                return
        raise Broken(f"the service does not come to rest within {REST_S} s")

    @contextlib.contextmanager
    def client(self) -> Iterator[Client]:
        """A user's connection."""
        client = Client(self.port, self.token)
        try:
            yield client
        finally:
            client.close()


@dataclass(frozen=True, slots=True)
class House:
    """A data folder with its configuration."""

    folder: Path

    def prepare(self, settings: str = "") -> None:
        """Make it anew, empty. `settings`: more TOML, tables first told here are `[data]` alone."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.configure(settings)

    def configure(self, settings: str) -> None:
        """Write the configuration, and leave what is archived."""
        text = f'[data]\nfolder = "data"\n\n{settings}'
        (self.folder / "config.toml").write_text(text, encoding="utf-8")

    def command(self, *arguments: str | Path) -> list[str | Path]:
        return [CROSSFILE, "--config", self.folder / "config.toml", *arguments]

    def run(self, *arguments: str | Path, good: Sequence[int] = (0,)) -> str:
        """What a command prints. Raises `Broken` where it ends with another status."""
        command = self.command(*arguments)
        done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT, check=False)
        if done.returncode not in good:
            raise Broken(f"crossfile {arguments[0]} ends with {done.returncode}: {done.stderr}")
        return done.stdout

    def ingest(self, *paths: Path) -> Usage:
        """File, read and index these. Raises `Broken`."""
        usage = measure(self.command("ingest", "--json", *paths))
        if usage.exit_status not in DONE:
            raise Broken(f"crossfile ingest ends with {usage.exit_status}: {usage.output[-2000:]}")
        return usage

    def export(self, what: str) -> Path:
        """A file with `crossfile export documents` or `references`."""
        path = self.folder / f"{what}.jsonl"
        path.write_text(self.run("export", what), encoding="utf-8")
        return path

    @contextlib.contextmanager
    def serve(self, dressed: Callable[[Command], Command] = list) -> Iterator[Service]:
        """The service on a free port, ended afterwards. `dressed` gives the command that runs it,
        in the same process."""
        token = self.run("token", "add", "bench", "--role", "administrator").strip()
        with (self.folder / "serve.log").open("w") as log:
            process = subprocess.Popen(
                dressed(self.command("serve", "--port", "0")),
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            service = Service(_port(process), token, ProcessTree(process.pid))
            _wait_until_ready(service)
            yield service
        finally:
            process.terminate()
            try:
                process.wait(END_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _cpu_s(pid: int) -> float:
    try:
        return time.clock_gettime(~pid << 3 | 2)  # CPUCLOCK_SCHED of a process, time(7)
    except OSError:  # it has ended
        return 0.0


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        return int(line.rstrip("/\n").rpartition(":")[2])
    except ValueError as error:
        raise Broken(f"crossfile serve says {line!r} and no address") from error


def _wait_until_ready(service: Service) -> None:
    deadline = time.monotonic() + START_S
    while True:
        try:
            with service.client() as client:
                client.get("/readyz")
        except (Broken, OSError) as error:
            if time.monotonic() > deadline:
                raise Broken(f"crossfile serve is not ready after {START_S} s: {error}") from error
            time.sleep(0.1)
        else:
            return
