"""What the entries of each register say: the fields as data. The registers differ by nothing else.

A field of type `names` holds several texts, none with a semicolon in it; it is kept and written in
CSV as `a;b`. One of type `version` names a version of a document: `D-000123/2`. `scheme` says that
the value is a number of that scheme, which the entry bears; `names` that it is a name, which the
entry bears and which is looked for in texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Final

from archive.errors import UsageError
from archive.messages import Message

LONGEST_LINE: Final = 500
LONGEST_TEXT: Final = 20_000
NO_FIELD: Final = Message("The register of %(register)s has no field %(field)r; it has %(known)s.")
MISSING: Final = Message("%(field)s is missing; every entry needs one.")


@dataclass(frozen=True, slots=True)
class RegisterField:
    """One field of a register."""

    name: str
    help: str
    type: str = "line"  # line | text | names | day | choice | amount | currency | version
    is_required: bool = False
    scheme: str = ""
    is_name: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """One register. `code` and `title` name the fields that show an entry; they may be the same.

    `scheme` is that of its codes and names. `least_words` keeps names out of the dictionary that
    are shorter, unless they hold a digit: a milestone called Launch is a word of every plan.
    `beside` names a field with the code of a product: names count where that is spoken of as well.
    `successor` one with the code of what takes the entry's place, which never leads back to it.
    """

    name: str  # of vocabulary.REGISTERS
    plural: str  # in addresses and commands
    scheme: str
    code: str
    title: str
    fields: tuple[RegisterField, ...]
    least_words: int = 1
    beside: str = ""
    successor: str = ""

    def field(self, name: str) -> RegisterField:
        """The field of that name. Raises `UsageError` with those that there are."""
        for field in self.fields:
            if field.name == name:
                return field
        known = ", ".join(field.name for field in self.fields)
        raise UsageError(NO_FIELD, register=self.plural, field=name, known=known)


PHASES: Final = ("planned", "developing", "launched", "serviced", "ended")
STATES: Final = (
    "received", "under-review", "presented", "approved", "rejected", "deferred", "incorporated",
    "closed", "withdrawn",
)  # fmt: skip

#: Of a quality concern: archive/concern_moves.py has the moves between them.
CONCERN_STATES: Final = ("open", "answered", "closed")
COST_KINDS: Final = ("one-off", "running")

_OTHER_NAMES: Final = RegisterField("other_names", "What else it is called.", "names", is_name=True)
_NOTE: Final = RegisterField("description", "Anything else that is good to know.", "text")

_PRODUCT: Final = Register(
    "product", "products", "product", code="code", title="name", successor="replaced_by",
    fields=(
        RegisterField("code", "Its number or code.", is_required=True, scheme="product"),
        RegisterField("name", "What people call it.", is_required=True, is_name=True),
        _OTHER_NAMES,
        RegisterField("other_codes", "Article numbers and older codes.", "names", scheme="product"),
        RegisterField("family", "The family of products that it belongs to."),
        RegisterField("phase", "The phase of its life.", "choice", choices=PHASES),
        RegisterField("owner", "The product manager."),
        RegisterField("replaced_by", "The code of the product that takes its place."),
        _NOTE,
    ),
)  # fmt: skip
_CHANGE: Final = Register(
    "change-request", "change-requests", "change-request", code="number", title="title",
    fields=(
        RegisterField("number", "Its number.", is_required=True, scheme="change-request"),
        RegisterField("title", "What is to change, in a line.", is_required=True),
        RegisterField("products", "The codes of the products that it changes.", "names"),
        RegisterField("cause", "What made it necessary, in a word or two: changes are counted so."),
        RegisterField("requester", "Who asks for it."),
        RegisterField("contact", "How to reach them."),
        RegisterField("received_on", "The day on which it came in.", "day"),
        RegisterField("state", "How far it is; moved, not written.", "choice", choices=STATES),
        RegisterField("state_reason", "Why it was moved there.", "text"),
        RegisterField("relevance", "Why it matters.", "text"),
        RegisterField("risks", "What can go wrong, with it and without it.", "text"),
        RegisterField("benefits", "What it is good for.", "text"),
        RegisterField("costs", "What it costs, and when.", "text"),
        RegisterField("cost_amount", "What it costs, as a number.", "amount"),
        RegisterField("cost_currency", "The currency of the amount.", "currency"),
        RegisterField("cost_kind", "Once, or every year.", "choice", choices=COST_KINDS),
        RegisterField("decision", "What was decided, and why.", "text"),
        RegisterField("authority", "Who authorised it."),
        RegisterField("decided_on", "The day of the decision.", "day"),
        RegisterField("affects", "Numbers of documents, changes, milestones.", "names"),
        _NOTE,
    ),
)  # fmt: skip
_MILESTONE: Final = Register(
    "milestone", "milestones", "milestone", code="code", title="name",
    least_words=2, beside="product",
    fields=(
        RegisterField("code", "Its number or code.", is_required=True, scheme="milestone"),
        RegisterField("name", "What people call it.", is_required=True, is_name=True),
        _OTHER_NAMES,
        RegisterField("product", "The code of its product."),
        RegisterField("planned_on", "The day for which it is planned.", "day"),
        RegisterField("planned_reason", "Why it is planned for another day than before.", "text"),
        RegisterField("actual_on", "The day on which it was reached.", "day"),
        RegisterField("owner", "Who answers for it."),
        _NOTE,
    ),
)  # fmt: skip
_PARTY: Final = Register(
    "party", "parties", "party", code="name", title="name",
    fields=(
        RegisterField("name", "Its full name.", is_required=True, is_name=True),
        _OTHER_NAMES,
        RegisterField("organisation_number", "Its number there.", scheme="organisation"),
        RegisterField("vat", "Its VAT number.", scheme="vat"),
        RegisterField("other_numbers", "With their scheme: GLN, DUNS, LEI, …", "names"),
        RegisterField("country", "Two letters, as ISO 3166 has them."),
        RegisterField("contact", "How to reach it.", "text"),
        _NOTE,
    ),
)  # fmt: skip
_CONCERN: Final = Register(
    "concern", "concerns", "concern", code="number", title="title",
    fields=(
        RegisterField("number", "Its number.", is_required=True, scheme="concern"),
        RegisterField("title", "What is wrong, in a line.", is_required=True),
        RegisterField("products", "The codes of the products that it is about.", "names"),
        RegisterField("document", "The version it was reported from: D-000123/1.", "version"),
        RegisterField("seen", "What was seen.", "text"),
        RegisterField("reporter", "Who saw it."),
        RegisterField("reported_on", "The day on which it was reported.", "day"),
        RegisterField("owner", "Who answers for it."),
        RegisterField("due_on", "The day by which it is to be answered.", "day"),
        RegisterField("state", "How far it is; moved, not written.", "choice",
                      choices=CONCERN_STATES),
        RegisterField("state_reason", "Why it was moved there.", "text"),
        RegisterField("answer", "What was found, and done about it.", "text"),
        RegisterField("answered_by", "Who answered it."),
        RegisterField("answered_on", "The day of the answer.", "day"),
        RegisterField("closed_on", "The day on which it was closed.", "day"),
        _NOTE,
    ),
)  # fmt: skip

REGISTERS: Final[Mapping[str, Register]] = MappingProxyType(
    {register.name: register for register in (_PRODUCT, _CHANGE, _MILESTONE, _PARTY, _CONCERN)}
)


def register_of(name: str) -> Register:
    """The register by its name, singular or plural. Raises `UsageError`."""
    for register in REGISTERS.values():
        if name in (register.name, register.plural):
            return register
    known = ", ".join(register.plural for register in REGISTERS.values())
    raise UsageError("There is no register %(name)r; there are %(known)s.", name=name, known=known)


def _line(field: RegisterField, text: str) -> str:
    if len(text) > LONGEST_LINE or not text.isprintable():
        raise ValueError(text)
    return text


def _text(field: RegisterField, text: str) -> str:
    if len(text) > LONGEST_TEXT or "\x00" in text:
        raise ValueError(text)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _names(field: RegisterField, text: str) -> str:
    parts = dict.fromkeys(" ".join(part.split()) for part in text.split(";"))
    return ";".join(_line(field, part) for part in parts if part)


def _day(field: RegisterField, text: str) -> str:
    # "20240305" and "2024-W10-2" are ISO 8601 too, and nobody who writes a list means them
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(text)
    return date.fromisoformat(text).isoformat()


def _version(field: RegisterField, text: str) -> str:
    found = re.fullmatch(r"D-([0-9]{1,18})/([0-9]{1,9})", text, re.IGNORECASE)
    if found is None:
        raise ValueError(text)
    return f"D-{int(found[1]):06d}/{int(found[2])}"


def _amount(field: RegisterField, text: str) -> str:
    try:
        amount = Decimal(re.sub(r"[\s\u00a0]", "", text).replace(",", "."))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not (amount.is_finite() and 0 <= amount < 10**15):
        raise ValueError(text)
    return format(amount, "f")


def _currency(field: RegisterField, text: str) -> str:
    if not re.fullmatch("[A-Z]{3}", text.upper()):
        raise ValueError(text)
    return text.upper()


def _choice(field: RegisterField, text: str) -> str:
    plain = re.sub(r"[\s_]+", "-", text.casefold())
    if plain not in field.choices:
        raise ValueError(text)
    return plain


_FORMS: Final[Mapping[str, tuple[Callable[[RegisterField, str], str], Message | None]]] = (
    MappingProxyType(
        {
            "line": (_line, Message("one line of at most %(most)s characters", most=LONGEST_LINE)),
            "text": (_text, Message("a text of at most %(most)s characters", most=LONGEST_TEXT)),
            "names": (_names, Message("texts of one line each with ; between them")),
            "day": (_day, Message("a day as 2024-03-05")),
            "version": (_version, Message("a version of a document such as D-000123/1")),
            "amount": (_amount, Message("an amount such as 1250.00")),
            "currency": (_currency, Message("an ISO 4217 code such as SEK")),
            "choice": (_choice, None),  # one of its choices
        }
    )
)


def checked(field: RegisterField, written: str | list[str] | None) -> str | None:
    """The value in its stored form, None where nothing is said.

    Raises `UsageError` naming the field, what was written and what was expected.
    """
    text = (";".join(written) if isinstance(written, list) else written or "").strip()
    check, expected = _FORMS[field.type]
    expected = expected or Message("one of %(choices)s", choices=", ".join(field.choices))
    try:
        value = check(field, text) if text else ""
    except ValueError as error:
        raise UsageError(
            "%(field)s can't be %(value)r; expected %(expected)s.",
            field=field.name,
            value=text[:80],
            expected=expected,
        ) from error
    if not value and field.is_required:
        raise UsageError(MISSING, field=field.name)
    return value or None


def shown(field: RegisterField, value: str | None) -> str | list[str] | None:
    """A stored value as answers and exports have it."""
    if field.type == "names":
        return value.split(";") if value else []
    return value
