"""Days and moments as people give them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from archive.errors import UsageError


def parse_day(text: str) -> date:
    """`2024-03-01`. Raises `UsageError`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError("%(text)r is no day; give it as 2024-03-01.", text=text) from error


def parse_moment(text: str) -> datetime:
    """`2024-03-01` (its end), or with a time; without a zone it is UTC. Raises `UsageError`.

    >>> parse_moment("2024-03-01").isoformat()
    '2024-03-01T23:59:59.999999+00:00'
    >>> parse_moment("2024-03-01T12:00:00+01:00").isoformat()
    '2024-03-01T11:00:00+00:00'
    """
    text = text.strip()
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time.max, UTC)
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the first hours of year 1, east of Greenwich
        raise UsageError(
            "%(text)r is no moment; give it as 2024-03-01 or 2024-03-01T12:00:00Z.", text=text
        ) from error
