"""How contracts say on which day they were made, begin and end, often without writing that day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from indexer.extract.contract_rules import NUMBERS

ORDINALS: Final = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "fifteenth": 15,
    "twentieth": 20, "twenty-fifth": 25, "thirtieth": 30, "fiftieth": 50, "ninety-ninth": 99,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DayRules:
    """Where a day is said, and what a term is counted from; see contract_dates, contract_terms."""

    cover: re.Pattern[str]
    witness: re.Pattern[str]
    signature: re.Pattern[str]
    before_signing_date: re.Pattern[str]
    named_effective: re.Pattern[str]
    begins_on: re.Pattern[str]
    effective_when_made: re.Pattern[str]
    effective_when_signed: re.Pattern[str]
    anniversary: re.Pattern[str]
    excepted: re.Pattern[str]
    term_begins: re.Pattern[str]
    counted_from: re.Pattern[str]
    start_made: re.Pattern[str]
    start_effective: re.Pattern[str]
    start_named: re.Pattern[str]
    start_event: re.Pattern[str]


@cache
def day_rules() -> DayRules:
    """The patterns, compiled once a process."""
    words = "|".join(sorted(NUMBERS, key=lambda word: -len(word)))
    flags = re.IGNORECASE
    ordinals = "|".join(sorted(ORDINALS, key=lambda word: -len(word)))
    made = (
        r"date\s+(?:hereof|first\b|set\s+forth\s+above|above\s+written|"
        r"(?:of|on\s+which)\s+(?:this|the|its|it|execution|signing|signature)\b"
        r"(?!\s+(?:first|initial|last|final|later))|(?:this|the)\s+(?:agreement|contract)\s+is\b|it\s+is\b)"
    )
    begins = (
        r"(?:commenc\w+|begin\w*|start\w*|effective|in\s+force|gäller|löper|räknat)\s+"
        r"(?:(?:on|upon|as\s+of|from|at|with|from\s+and\s+after|från(?:\s+och\s+med)?|fr\.?\s?o\.?\s?m\.?)\s+)"
    )
    last = (
        r"(?:last|final|later|latest)\s+(?:date\s+of\s+|of\s+the\s+)?"
        r"(?:signature|signing|execution|part|dates?)"
    )
    return DayRules(
        cover=re.compile(
            r"(?:\n|\A)[ \t]*(?:dated|daterat)(?:\s+(?:as\s+of|this|the|den))*[\s:]*$", flags
        ),
        witness=re.compile(
            r"\bIN\s+WITNESS\b|\bIN\s+TESTIMONY\b|\bAS\s+WITNESS\b|\b(?:Ort\s+och\s+datum|Underskrifter)\b|"
            r"\bavtal\w*\s+har\s+upprättats\s+i\b"
        ),
        signature=re.compile(r"/s/|^[ \t]*(?:By|BY|Signed|SIGNED|Namnteckning):", re.MULTILINE),
        before_signing_date=re.compile(
            r"(?:\bdate[ds]?(?:\s+signed)?[\s:._]*|\bdatum[\s:._]*|\b(?:on|den|this|the)\s+)"
            r"(?:this\s+|the\s+|den\s+)?$",
            flags,
        ),
        named_effective=re.compile(
            r"[\s,]*\(?[^)]{0,40}(?:effective|commencement|start)\s+date", flags
        ),
        begins_on=re.compile(
            r"\b(?:agreement|contract|term|venture|it)[”\"]?\)?\s+(?:(?:shall|will|is|to|hereby)\s+){0,2}"
            r"(?:be\s+|become[s]?\s+|take\s+)?(?:commenced?s?|begins?|start\w*|effective|effect|in\s+force)\s+"
            r"(?:on|as\s+of|from|upon)\s+(?:and\s+as\s+of\s+)?(?:the\s+)?|"
            r"avtal\w*\s+(?:träder\s+i\s+kraft|gäller|löper|börjar\s+gälla)\s+"
            r"(?:(?:från(?:\s+och\s+med)?|fr\.?\s?o\.?\s?m\.?|den)\s+){0,2}",
            flags,
        ),
        effective_when_made=re.compile(
            rf"(?:\beffective\s+(?:as\s+of|on|upon|from)|effective\s+date[”\"]?\)?\s+(?:is|means|shall\s+be|shall\s+mean)|"
            rf"\b(?:agreement|contract|term)\s+(?:shall\s+|will\s+)?(?:commence|begin|start|take\s+effect)s?\s+(?:on|upon|as\s+of|from))"
            rf"\s+the\s+{made}|avtal\w*\s+(?:träder\s+i\s+kraft|gäller)\s+(?:vid|från(?:\s+och\s+med)?)\s+"
            r"(?:dagen\s+för\s+)?(?:avtalets\s+|parternas\s+)?(?:undertecknande|underskrift)",
            flags,
        ),
        effective_when_signed=re.compile(
            rf"effective\s+(?:date[”\"]?\)?\s+(?:is|means|shall\s+be|shall\s+mean)\s+|(?:as\s+of|on|upon)\s+)"
            rf"(?:the\s+)?(?:date\s+(?:of|on\s+which)\s+)?(?:the\s+)?(?:{last}|"
            r"(?:completion\s+of\s+)?(?:the\s+)?(?:full\s+|due\s+)?(?:signature|signing|execution)\s+by\s+(?:both|all|the))|"
            r"avtal\w*\s+träder\s+i\s+kraft\s+när\s+(?:båda|samtliga|alla)",
            flags,
        ),
        anniversary=re.compile(
            rf"\b(?:(?P<o>{ordinals}|\d{{1,2}}(?:st|nd|rd|th))(?:\s*\(\s*\d+\s*(?:st|nd|rd|th)?\s*\))?|"
            rf"(?P<n>{words}|\d{{1,2}})(?:\s*\(\s*\d+\s*\))?[\s-]+year)\s+"
            r"(?:annual\s+|yearly\s+)?anniversary(?:\s+date)?\s+(?:of|from|after)\s+",
            flags,
        ),
        # "unless sooner terminated or extended as provided herein," takes nothing from the term
        excepted=re.compile(
            r"\b(?:unless|except|subject\s+to|om\s+inte|såvida)\b[^,;.]{0,200}(?:,|\Z)", flags
        ),
        term_begins=re.compile(begins, flags),
        counted_from=re.compile(
            r"(?:\s+period)?(?:\s+term)?[\s,]*(?:\([^)]{0,60}\)[\s,]*)?"
            rf"(?:{begins}|(?:from(?:\s+and\s+after)?|after|following|of|räknat\s+från|från(?:\s+och\s+med)?|efter)\s+)",
            flags,
        ),
        start_made=re.compile(
            rf"(?:the\s+)?[“\"]?(?:{made}|(?:execution|signing|signature|agreement|contract)\s+"
            r"(?:date|of\s+this|hereof|by)|(?:its|the)\s+(?:execution|signing|signature)|"
            r"(?:dagen\s+för\s+)?(?:avtalets\s+)?(?:undertecknande|underskrift|avtalsdag))",
            flags,
        ),
        start_effective=re.compile(
            r"(?:the\s+|its\s+|such\s+|that\s+|said\s+)?[“\"]?(?:effective\s+date|date\s+of\s+(?:commencement|effect)|"
            r"commencement|start\s+date|term\s+start|beginning|avtalsstart|avtalets\s+(?:start|ikraft)|ikraftträd|startdag)"
            r"|(?:such|that|said)\s+date",
            flags,
        ),
        start_named=re.compile(r"(?:the\s+)?[“\"]?((?:[A-Z][\w-]+\s+){1,3}Date)\b"),
        start_event=re.compile(
            r"(?:the\s+|its\s+)?(?:actual\s+)?(?:date|day|time|later|earlier|first|initial|completion|delivery|receipt|"
            r"acceptance|launch|installation|opening|commercial|closing|approval|leverans\w*|driftsättning\w*|"
            r"godkän\w*|slutbesiktning\w*|expir\w+|terminat\w+)\b",
            flags,
        ),
    )
