"""The benchmark of references: what it writes into a database is an archive as readers make one."""

from __future__ import annotations

from bench import references
from bench.context import Context


def test_what_waits_is_answered_and_what_is_named_is_found_in_the_archive_that_it_makes(tmp_path):
    figures = references.run(Context(tmp_path, scale=0.01))
    names = [figure.name for figure in figures]
    assert "trail of depth 3, 500 documents" in names
    assert "a late document answers 20 mentions" in names
    assert "a registered name is found in 10 documents" in names
