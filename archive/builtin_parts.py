"""What the tables of built-in schemes are written with."""

from __future__ import annotations

from typing import Final


def labels(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


def starts(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def cited(text: str) -> dict[str, str]:
    """Labels of other documents' numbers; what they mean is the table of relations'."""
    return dict.fromkeys(labels(text), "cites")


#: A year and a running number, or a running number with its parts: what stands behind a prefix.
#: A part behind a slash is a part of the number (118/1), unless it is a longer list (113/114).
RUNNING: Final = (
    r"(?:(?:19|20)\d\d(?:[-/ .\n]\d{2,6}|(?: [-/] ?|[-/] )(?!(?:19|20)\d\d(?!\d))\d{3,6})"
    r"|\d{3,12}/(?:19|20)\d\d"
    r"|\d{3,12}/\d(?!\d)|\d{3,12}(?:-\d{1,6})?)"
    r"(?:-?[A-Z](?![^\W_])|-[A-Z]{0,2}\d{1,3})?(?![^\W_])(?!-\d)"
)
GAP: Final = r"[-:# ]{0,3}\n?"
