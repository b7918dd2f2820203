"""Register fields as inputs, and what was typed into them as values."""

from __future__ import annotations

from collections.abc import Mapping

from babel.support import NullTranslations
from starlette.datastructures import FormData

from api.pages.sentences import tell
from archive.errors import UsageError
from archive.register_fields import Register, RegisterField, checked
from web.views.common import Choice, Field
from web.words import FIELDS

TYPES = {
    "line": "text", "names": "text", "text": "long", "day": "date", "choice": "select",
    "amount": "text", "currency": "text", "version": "text",
}  # fmt: skip


def typed(register: Register, form: FormData) -> dict[str, str]:
    """What was typed into the fields of a register that are in the form."""
    return {
        field.name: str(form[field.name]).strip() for field in register.fields if field.name in form
    }


def errors_of(
    register: Register, values: Mapping[str, str], texts: NullTranslations
) -> dict[str, str]:
    """By field what is wrong with what was typed, calling it as the page does."""
    found = {}
    for name, value in values.items():
        try:
            checked(register.field(name), value)
        except UsageError as error:
            label = texts.ugettext(FIELDS.get(name, name))
            found[name] = tell(error, texts, field=label)
    return found


def fields_of(
    register: Register, values: Mapping[str, str], errors: Mapping[str, str]
) -> tuple[Field, ...]:
    """All fields of a register as inputs with these values."""
    return tuple(_input(field, values, errors) for field in register.fields)


def _input(field: RegisterField, values: Mapping[str, str], errors: Mapping[str, str]) -> Field:
    choices = tuple(Choice(value, "") for value in field.choices)
    return Field(
        name=field.name,
        value=values.get(field.name, ""),
        type=TYPES[field.type],
        choices=(Choice("", "–"), *choices) if choices else (),
        is_required=field.is_required,
        error=errors.get(field.name, ""),
    )
