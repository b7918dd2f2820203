"""The wording of contracts, English and Swedish, as patterns and words; see facts_contracts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

SELLER_WORDS: Final = frozenset({
    "seller", "supplier", "vendor", "säljaren", "leverantören", "licensor", "provider",
    "manufacturer", "contractor", "konsulten", "entreprenören", "uthyraren", "säljare",
    "leverantör", "verkäufer", "verkäuferin", "lieferant", "lieferantin", "auftragnehmer",
    "auftragnehmerin", "vermieter", "vermieterin", "lizenzgeber", "lizenzgeberin", "vendeur",
    "fournisseur", "prestataire", "bailleur",
})  # fmt: skip
BUYER_WORDS: Final = frozenset({
    "buyer", "customer", "purchaser", "client", "köparen", "beställaren", "kunden", "licensee",
    "hyresgästen", "avropsberättigad", "uppdragsgivaren", "köpare", "beställare", "kund",
    "käufer", "käuferin", "besteller", "bestellerin", "auftraggeber", "auftraggeberin", "kunde",
    "kundin", "mieter", "mieterin", "lizenznehmer", "lizenznehmerin", "acheteur", "acquéreur",
    "preneur",
})  # fmt: skip

NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
    "sixteen": 16, "eighteen": 18, "twenty": 20, "twenty-four": 24, "twenty-five": 25, "thirty": 30,
    "thirty-six": 36, "forty": 40, "forty-eight": 48, "fifty": 50, "sixty": 60, "seventy-two": 72,
    "ninety": 90, "ninety-nine": 99, "ett": 1, "en": 1,
    "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10,
    "elva": 11, "tolv": 12, "femton": 15, "tjugo": 20,
}  # fmt: skip

#: Where a clause on the term may be. Plain finding is a hundred times quicker than a pattern.
TERM_WORDS: Final = (
    "term", "expir", "in full force", "in force", "in effect", "continue until", "continue for",
    "continue through", "duration", "anniversary",
    "period\" means", "period” means", "avtalstid", "gäller f",
    "gäller i ", "gäller t", "löper",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ContractRules:
    between: re.Pattern[str]
    preamble_end: re.Pattern[str]
    made: re.Pattern[str]
    before_date: re.Pattern[str]
    made_on: re.Pattern[str]
    takes_effect: re.Pattern[str]
    effective_means: re.Pattern[str]
    alias: re.Pattern[str]
    role: re.Pattern[str]
    alias_follows: re.Pattern[str]
    aliased: re.Pattern[str]
    proper: re.Pattern[str]
    no_party: re.Pattern[str]
    clause: re.Pattern[str]
    until: re.Pattern[str]
    duration: re.Pattern[str]
    not_the_term: re.Pattern[str]


@cache
def contract_rules() -> ContractRules:
    """The patterns, compiled once a process."""
    flags = re.IGNORECASE
    words = "|".join(sorted(NUMBERS, key=lambda word: -len(word)))
    return ContractRules(
        # Possessive: runs of spaces are walked once.
        between=re.compile(
            r"\b(?:by\s++and\s++(?:between|among)|between|among|entered\s++into\s++by|mellan|zwischen|entre)\b[\s:]*+"
            r"|^[ \t]*+(?:(?:\d{1,2}\.?|§ ?\d{1,2})[ \t]*+)?(?:the )?(?:parties|parter|parterna|"
            r"avtalsparter|vertragsparteien)[ \t]*+:?[ \t]*+\n\s*+",
            flags | re.MULTILINE,
        ),
        preamble_end=re.compile(
            r"\b(?:WHEREAS|RECITALS?|R E C I T A L S|BACKGROUND|WITNESSETH|NOW,?\s+THEREFORE|"
            r"W I T N E S S E T H|Bakgrund|BAKGRUND|TABLE OF CONTENTS)\b"
            r"|\n\s*+(?:1\.|§\s*1|Article 1)|\n\s*+[2-9]\.? +[A-ZÅÄÖ]"
        ),
        made=re.compile(
            r"\b(?:made|entered|dated|effective|agreement|contract|avtal|träffats)\b", flags
        ),
        before_date=re.compile(
            r"(?:dated|as\s+of|made|into|effective|executed|signed|effect|this|on|from|dated\s+for\s+reference|day|"
            r"date\S*|daterat|denna\s+dag|den|in\s+effect|the)[\s:,]*(?:the\s+|den\s+)?$",
            flags,
        ),
        made_on=re.compile(r"dated|as\s+of|made|entered|executed|signed|\bday\b|daterat", flags),
        takes_effect=re.compile(
            r"(?:effective|as\s+of|commenc\w+|begin\w*|gäller\s+från|träder\s+i\s+kraft)"
            r"(?:\s+(?:as\s+of|on|from|the|and|made|entered|into|is|date))*[\s:,]*$",
            flags,
        ),
        effective_means=re.compile(
            r"(?:effective|commencement|start)\s+date[”\"]?\)?"
            r"(?:\s+(?:of|for)\s+(?:this|the)\s+\w+)?\s*(?:\([^)]{0,60}\)\s*)?"
            r"(?:is|means|shall\s+be|shall\s+mean|will\s+be|:)\s",
            flags,
        ),
        alias=re.compile(r"[“”\"„ʺ]([^“”\"ʺ\n]{2,40})[”\"ʺ]"),
        # `(Verkäufer)`, `- Käufer -`, `(nachfolgend „Käufer“ genannt)`, `« le Client »`: the word.
        role=re.compile(
            r"(?:\((?:(?:nachfolgend|nachstehend|im\s+folgenden|ci-après|hereinafter|nedan|härefter)"
            r"(?:\s+(?:auch|als|called|referred\s+to\s+as|kallade?s?|dénommée?|désignée?))?[\s,:]+)?"
            r"|\s[-–—]\s|«|„)[\s“”\"„«]*"
            r"(?:(?:the|der|die|den|le|la)\s+|l['’])?(\w+)[\s“”\"»]*(?:genannt\s*)?(?:\)|[“”\"»]|\s[-–—])",
            flags,
        ),
        alias_follows=re.compile(r"[^()]{0,200}\((?:[^()“\"]{0,40})[“”\"][^“”\"]{2,40}[”\"]"),
        aliased=re.compile(
            r"(?:\b(?:between|and|among|mellan|och)|entered\s+into\s+by)\s+"
            r"((?:the\s+)?[A-ZÅÄÖ][^()“”\";:]{2,70}?)[\s,]*\((?:[^()]{0,40}\s)?[“”\"]"
        ),
        # Words with capitals, little words between: a name without a company form.
        proper=re.compile(
            r"(?!Exhibit|Schedule|Annex|Section)(?:[Tt]he\s+)?[A-ZÅÄÖ][\w&.'’-]*"
            r"(?:\s+(?:(?:of|for|de|för|&)\s+)?[A-ZÅÄÖ][\w&'’-]*){1,6}"
        ),
        no_party=re.compile(
            r"\b(?:(?:division|subsidiar\w+|affiliates?|branch|laws|behalf|member|successor|assignee|"
            r"part)\s+(?:of|to|in)\s+(?:the\s+|an?\s+)?|(?:d/b/a|dba|business\s+as|a\.k\.a\.|known\s+as|"
            r"formerly|f/k/a|named|source|dotterbolag\s+till|c/o)[\s:]*|an?\s+(?:\w+[\s-]+){0,2})$",
            flags,
        ),
        # Over lower case: several times quicker than without regard to case.
        clause=re.compile(
            r"initial\s+term|(?<!during )(?<!during the )\bterm\s+of\s+(?:this|the)\b|"
            r"\b(?:agreement|contract|term|it)\s*(?:\([^)]*\)\s*|[“\"”]\s*)?(?:shall|will|is|commences?|begins?|"
            r"continues?|remains?|expires?|ends?|becomes?|terminates?)\b|\bterm\b[^.]{0,40}:|"
            r"\bthis\s+\w+\s+(?:shall|will)\s+(?:expire|terminate|continue|remain|commence)\b|"
            r"\b(?:term|service\s+period|contract\s+period|agreement\s+period)[”\"]\s+(?:means|shall\s+mean)\b|"
            r"\bduration\s+of\s+(?:this|the)\b|"
            r"avtal\w*\s+(?:gäller|löper|träder|upphör)|avtalstid",
        ),
        until=re.compile(
            r"(?:\b(?:expir\w+|terminat\w+|ends?|ending|until|through|conclud\w+|till|upphör)|\bt\.\s?o\.\s?m\.?|"
            r"(?<!prior )(?<!entered in)\bto)"
            r"(?:\s+(?:at|as|on|and|including|midnight|of|the|close|business|och|med|end|no|later|than|den|to|"
            r"[ap]\.?m\.?|eastern|pacific|central|mountain|standard|daylight|local|time|[CEPM]?[ES]?T|\d+:\d+)|"
            r",|\([^)]{1,20}\))*\s*$",
            flags,
        ),
        duration=re.compile(
            rf"\b(?P<n>{words}|\d{{1,3}})\s*(?:\(\s*(?P<d>\d{{1,3}})\s*\))?[\s-]*(?:calendar\s+|full\s+|consecutive\s+|contract\s+)?"
            r"(?P<unit>years?|months?|days?|weeks?|år|månader|dagar)\b(?!\s+anniversary)",
            flags,
        ),
        not_the_term=re.compile(
            r"notice|renew|extend|extension|surviv|within|prior\s+to|breach|cure|additional|successive|"
            r"thereafter|uppsägning|förläng|invoice|payment|earlier(?!\s+of\b)|confidential|each\s+year|warrant",
            flags,
        ),
    )
