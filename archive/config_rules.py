"""What the configuration teaches: folders, custodians, numbers, who authorises, what is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from archive.globs import compile_glob
from archive.vocabulary import KINDS

RULE_NAMES = ("product", "change", "milestone", "party", "kind")  # what a folder can name


def _is_address(text: str) -> str:
    if text and not re.match(r"https?://[^\s/]+\S*$", text):
        raise ValueError("an address that begins with https:// or http://")
    return text


#: Of something on the network; empty: none.
Address = Annotated[str, AfterValidator(_is_address)]


class Section(BaseModel):
    """A table of the TOML file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HistorySection(Section):
    """Where what proves the record of events is kept."""

    outside: tuple[Path, ...] = ()  # folders that hold copies of the checkpoints
    stamp_url: Address = ""  # RFC 3161
    stamp_roots: str = ""  # a PEM file of the root certificates that stamps lead to


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


class RetentionClass(Section):
    """How long documents are kept, counted from what; of several classes the first that fits."""

    name: Annotated[str, Field(min_length=1)]
    kinds: tuple[str, ...] = ()  # empty: any
    collections: tuple[str, ...] = ()  # empty: any
    counted_from: Literal["date", "year-end", "filed", "contract-end", "product-ended"] = "date"
    years: Annotated[int, Field(ge=0, le=500)] = 0
    months: Annotated[int, Field(ge=0, le=11)] = 0
    then: Literal["keep", "review", "destroy"] = "keep"
    authority: str = ""  # the law or rule that says so

    @field_validator("kinds")
    @classmethod
    def _known(cls, kinds: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [kind for kind in kinds if kind not in KINDS]:
            raise ValueError(f"kinds of documents, as in the export; {unknown[0]!r} is none")
        return kinds

    @field_validator("then")
    @classmethod
    def _after_a_period(cls, then: str, info: ValidationInfo) -> str:
        if then != "keep" and not (info.data.get("years") or info.data.get("months")):
            raise ValueError("keep, where neither years nor months are given")
        return then


class CustodianSection(Section):
    """Who answers for a root or for a folder of it, in a period."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    root: Annotated[str, Field(min_length=1)]
    folder: str = ""  # below the root; empty: all of it
    since: date | None = None
    until: date | None = None  # the last day

    @field_validator("until")
    @classmethod
    def _not_before(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("since")
        if until and since and until < since:
            raise ValueError("a day that is not before `since`")
        return until


def unknown_roots(
    custodians: Iterable[CustodianSection], roots: Iterable[str]
) -> Iterator[tuple[str, str]]:
    """Key and value of each root that a custodian answers for and that is none."""
    known = set(roots)
    for place, one in enumerate(custodians):
        if one.root not in known:
            yield f"custodians.{place}.root", one.root
