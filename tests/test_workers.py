"""Several workers over one PostgreSQL, of which one dies and one sleeps: `./run bench workers`."""

from __future__ import annotations

import pytest

from bench.workers import trouble


@pytest.mark.timeout(900)  # many processes: slow on a busy machine
def test_of_what_killed_and_frozen_workers_were_at_nothing_is_lost_or_doubled(
    postgres_url, tmp_path
):
    assert trouble(tmp_path / "house", postgres_url, files=60, kills=3, freezes=1) == []
