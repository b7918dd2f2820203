"""What the configuration teaches: what folders say, families of numbers, who authorises changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from archive.globs import compile_glob

RULE_NAMES = ("product", "change", "milestone", "party", "kind")  # what a folder can name


class Section(BaseModel):
    """A table of the TOML file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FilingRule(Section):
    """What a folder says about what lies in it: `products/{product}/{kind}/**`."""

    match: Annotated[str, Field(min_length=1)]
    root: str = ""  # empty: any

    @field_validator("match")
    @classmethod
    def _compiles(cls, match: str) -> str:
        try:
            compile_glob(match)
        except re.error as error:
            raise ValueError(f"a path pattern with each {{name}} once ({error})") from error
        if not set(re.findall(r"\{([a-z_]+)\}", match)) <= set(RULE_NAMES):
            names = ", ".join(f"{{{name}}}" for name in RULE_NAMES)
            raise ValueError(f"a path pattern with no names but {names}")
        return match


class SchemeSection(Section):
    """One family of numbers, added to the built-in ones or replacing one."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    bearer: str
    patterns: tuple[str, ...] = ()
    key: str = "{number}"
    own_labels: tuple[str, ...] = ()
    cite_labels: Mapping[str, str] = Field(default_factory=dict)
    names: Mapping[str, str] = Field(default_factory=dict)
    issuer: bool = False
    examples: tuple[tuple[str, str], ...] = ()
    counter_examples: tuple[str, ...] = ()


class AuthorityRule(Section):
    """Who has to authorise a change request; of several rules the first that fits counts."""

    families: tuple[str, ...] = ()  # of its products; empty: any
    over: Annotated[float, Field(ge=0)] = 0.0
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$", validate_default=True)] = ""
    roles: tuple[Literal["manager", "administrator"], ...] = ("manager", "administrator")
    persons: Annotated[int, Field(ge=1, le=9)] = 1

    @field_validator("roles")
    @classmethod
    def _somebody(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        if not roles:
            raise ValueError("at least one role")
        return roles

    @field_validator("currency")
    @classmethod
    def _of_amount(cls, currency: str, info: ValidationInfo) -> str:
        if info.data.get("over") and not currency:
            raise ValueError("the currency of the amount `over`, such as SEK")
        return currency
