"""The page of schemes: those in force, and one made from examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from web.views.common import Choice, Thing


@dataclass(frozen=True, slots=True)
class SchemeRow:
    name: str
    bearer: str  # vocabulary.KINDS or vocabulary.REGISTERS
    is_own: bool  # from the configuration
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tried:
    """A text that the new scheme was tried on. `is_right`: it found what it should, or nothing."""

    text: str
    found: tuple[str, ...]
    is_right: bool


@dataclass(frozen=True, slots=True)
class Drafted:
    """What came of the examples; `toml` goes into the configuration."""

    toml: str
    tried: tuple[Tried, ...] = ()
    document: Thing | None = None  # it was tried on this one as well
    found: tuple[tuple[int, str], ...] = ()  # page and number in that document


@dataclass(frozen=True, slots=True)
class SchemesPage:
    """GET /schemes?name=&bearer=&examples=&counter_examples=&labels=&document=; all but name typed
    one a line."""

    template: ClassVar[str] = "schemes.html"
    schemes: tuple[SchemeRow, ...]
    bearers: tuple[Choice, ...]
    name: str = ""
    examples: str = ""
    counter_examples: str = ""
    labels: str = ""
    document: str = ""
    drafted: Drafted | None = None
    error: str = ""  # a sentence in the frame's language
