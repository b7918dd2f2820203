"""What all tests share: the real files, both databases, a still clock, no silent skips."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import hypothesis
import pytest

from tests.postgres import PostgresNotInstalled, PostgresServer, running_server

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


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'crossfile.sqlite'}"


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> Iterator[str]:
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database; a test that takes it runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The program to give to Playwright as `executable_path`."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found and not Path(found).resolve().is_relative_to("/snap"):  # a snap can't be driven
            return Path(found)
    pytest.skip("Chromium is not installed: apt-get install chromium")


@pytest.fixture(scope="session")
def tesseract() -> Path:
    """The program that reads scans."""
    found = shutil.which("tesseract")
    if found is None:
        pytest.skip("Tesseract is not installed: apt-get install tesseract-ocr tesseract-ocr-swe")
    return Path(found)


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
