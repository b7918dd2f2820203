"""The address is the state: a path with parameters, changed one at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Address:
    """A path of ours and its parameters, in order; `str()` is what goes into a link.

    >>> str(Address("/", (("q", "delay"), ("kind", "invoice"))).having(page="2"))
    '/?q=delay&kind=invoice&page=2'
    """

    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    def having(self, **values: str) -> Address:
        """With each named parameter set to one value; an empty value takes it away."""
        kept = tuple(pair for pair in self.parameters if pair[0] not in values)
        added = tuple((name, value) for name, value in values.items() if value)
        return Address(self.path, kept + added)

    def adding(self, name: str, value: str) -> Address:
        """With one more value of a parameter that may repeat."""
        return Address(self.path, (*self.parameters, (name, value)))

    def without(self, name: str, value: str | None = None) -> Address:
        """Less one parameter, or less one of its values."""
        kept = (
            pair
            for pair in self.parameters
            if pair[0] != name or (value is not None and pair[1] != value)
        )
        return Address(self.path, tuple(kept))

    def keeping(self, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """The parameters of these names, for the hidden fields of a form."""
        wanted = set(names)
        return tuple(pair for pair in self.parameters if pair[0] in wanted)

    def __str__(self) -> str:
        return self.path + ("?" + urlencode(self.parameters) if self.parameters else "")
