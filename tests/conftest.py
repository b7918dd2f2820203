"""What all tests share: the real files, both databases, a still clock, no silent skips."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime, timedelta
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

import hypothesis
import pytest

from archive import schema
from archive.db import Database
from tests.people import passwords, people  # noqa: F401  (fixtures)
from tests.place import place  # noqa: F401  (a fixture)
from tests.postgres import PostgresNotInstalled, PostgresServer, running_server
from tests.shell import shell  # noqa: F401  (a fixture)

PROJECT = Path(__file__).resolve().parents[1]
NO_CORPORA = "the real files (../shared/corpora) are not beside this checkout"
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

# A busy machine is no failure; no test asserts a time.
hypothesis.settings.register_profile("crossfile", deadline=None, print_blob=True)
hypothesis.settings.load_profile("crossfile")


class SteppedClock:
    """A clock to hand in: aware UTC, moves only when told to.

    Call it for the time, as the code under test does; `step(hours=1)` moves it on.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def step(self, **units: float) -> datetime:
        """Move on by `timedelta(**units)`, one second unless told; give the new time."""
        self.now += timedelta(**(units or {"seconds": 1}))
        return self.now


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material that lies beside the checkout and is never copied into it.

    `CROSSFILE_SHARED` names it where the checkout lies elsewhere.
    """
    folder = Path(os.environ.get("CROSSFILE_SHARED") or PROJECT.parent / "shared")
    if not (folder / "corpora").is_dir():
        pytest.skip(NO_CORPORA)
    return folder


@pytest.fixture(scope="session")
def corpora(shared: Path) -> Path:
    """The folder with the real files, to be read only."""
    return shared / "corpora"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """One server for each test process."""
    try:
        with running_server() as server:
            yield server
    except PostgresNotInstalled as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables and no row, made by the migrations once for all tests."""
    path = tmp_path_factory.mktemp("template") / "crossfile.sqlite"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: PostgresServer) -> str:
    """The same on PostgreSQL: the name of the database."""
    postgres.execute("CREATE DATABASE tables TEMPLATE template0")
    _make_tables(postgres.url("tables"))
    return "tables"


def _make_tables(url: str) -> None:
    database = Database(url)
    schema.upgrade(database)
    database.close()  # the last connection of SQLite writes all into the one file


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    path = tmp_path / "crossfile.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: PostgresServer, postgres_template: str) -> Iterator[str]:
    with postgres.database(postgres_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with tables and no row; a test that takes it runs on both engines."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A configuration for the command line: a data folder, no scans."""
    path = tmp_path / "config.toml"
    path.write_text('[data]\nfolder = "data"\n\n[ocr]\nlanguages = []\n')
    return path


@pytest.fixture
def crossfile(
    config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command; gives (status, standard output, standard error)."""
    from api.cli import main

    def run(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        status = 0
        try:
            status = main(["--config", str(config), *arguments])
        except SystemExit as end:
            status = int(end.code or 0)
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The bytes that are free, to be changed; what has more than ten is a very large file."""
    from indexer import taking

    free = [10]
    monkeypatch.setattr(taking, "VERY_LARGE", 10)
    usage = SimpleNamespace(disk_usage=lambda _: SimpleNamespace(free=free[0]))
    monkeypatch.setattr(taking, "shutil", usage)
    return free


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def house_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The URL of an empty database for all tests of a module, which run on each of the two."""
    if request.param == "postgres":
        with request.getfixturevalue("postgres").database() as url:
            yield url
    else:
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'crossfile.sqlite'}"


@pytest.fixture(scope="module")
def house(house_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One archive of real files behind the API for all tests of a module, on each database."""
    from tests.api_house import opened_house  # what it imports takes seconds

    with opened_house(house_url, tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture
def rooms(database_url: str, tmp_path: Path, clock: SteppedClock) -> Iterator[Any]:
    """A small archive with two collections behind the real pages, on each database."""
    from tests.rooms import Rooms  # what it imports takes seconds

    rooms = Rooms(database_url, tmp_path, clock)
    yield rooms
    rooms.services.close()
    rooms.archive.close()


@pytest.fixture(scope="session")
def run_script() -> Any:
    """The script `run` as a module: it knows which programs the machine has."""
    loader = SourceFileLoader("run_script", str(PROJECT / "run"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = sys.modules[loader.name] = module_from_spec(spec)  # dataclasses look there
    loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def lemma_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder for the tables of base forms, made once for all workers: that takes seconds."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "lemma-tables"


@pytest.fixture(scope="session")
def chromium(run_script: Any) -> Path:
    """The program to give to Playwright as `executable_path`."""
    found: Path | None = run_script.chromium()
    if found is None:
        pytest.skip("Chromium is not installed: apt install chromium")
    return found


@pytest.fixture(scope="session")
def tesseract(run_script: Any) -> Path:
    """The program that reads scans, with English and Swedish."""
    if not run_script.reads_scans():
        pytest.skip("Tesseract is not installed: apt install tesseract-ocr tesseract-ocr-swe")
    return Path(shutil.which("tesseract") or "")


def _without_silent_skip(report: Report) -> Report:
    """Where everything is to be run (`CROSSFILE_CI`), a skip is a failure.

    Only the real files may be missing: they are no part of the project.
    """
    if os.environ.get("CROSSFILE_CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if NO_CORPORA not in reason:
            report.outcome = "failed"
            report.longrepr = f"skipped, where nothing may be skipped: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return _without_silent_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return _without_silent_skip((yield))
