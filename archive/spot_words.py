"""What stands behind labels and between numbers: values, dates, units, joints of lists."""

from __future__ import annotations

import re
from typing import Final

AFTER_LABEL: Final = re.compile(
    r"(?P<gap>[ \t]*(?P<colon>[:=|#]|\.{2,})?[ \t]*(?:-[ \t]?)?)(?P<open>[\"'(\[*`]{0,3})"
)
#: Behind a label: a token with a digit in it, or the end of a line or of a table's cell.
WORTH_A_LOOK: Final = re.compile(
    r"[\s:=|#.\"'(\[*`-]{0,12}[^\s\d]{0,20}\d|[ \t]*[:=]?(?:[ \t]*(?:\n|$|\|)|\t|[ ]{2})"
)
LINE_END: Final = re.compile(
    r"[ \t]*[:=]?[ \t]*\r?\n[ \t]*(?P<bullet>[-*•][ \t]+)?(?P<open>[\"']?)"
)
#: Behind a label: what its number has beside it ("no/date"), and what says that it follows.
LABEL_TAIL: Final = re.compile(
    r"(?:(?:[ ]?[/&][ ]?|[ ](?:and|och|und|et)[ ])(?:date|datum)\b)?"
    r"(?P<verb>[ ](?:is|was|är|lyder|ist|lautet|est)(?=[ :]))?",
    re.IGNORECASE,
)
#: Labels of more than one number, in the four languages; "order" and "beställningen" are none.
PLURAL: Final = re.compile(
    r"\Abons\b|(?:factures|commandes|contrats|or(?:na)?|ar(?:na)?|ungen|träge|steine|elser|anden"
    r"|talen|takten)\Z"
)
#: Before others an s only joins: "Rechnungs-Nr.", "avtals id".
AFTER_PLURAL: Final = ("", "no", "nos", "number", "numbers", "n°", "#")
PLURAL_NUMBERS: Final = ("nos", "nrs", "numbers", "nummern")
NEXT_BULLET: Final = re.compile(r"[\"']?[^\n]*\n[ \t]*[-*•][ \t]+[\"']?")
DATE: Final = re.compile(
    r"(?:19|20)\d\d([-./ ])[01]?\d\1[0-3]?\d(?!\d)"
    r"|[0-3]?\d([-./])[0-3]?\d\2(?:(?:19|20)\d\d|\d\d)(?!\d)"
)
YEAR: Final = re.compile(r"(?:19|20)\d\d")
AMOUNT: Final = re.compile(r"\d{1,3}(?:[ ,.']\d{3})*[.,]\d\d(?!\d)|\d+[.,]\d\d(?!\d)")
UNIT: Final = re.compile(
    r"[ \t]?(?:%|€|\$|£|§|(?:sek|eur|usd|gbp|kr|st|pcs|pieces?|units?|items?"
    r"|days?|dagar|dag|tage?|months?"
    r"|månad(?:er)?|monate?|years?|år|jahre?|weeks?|veckor|vecka|hours?|timmar|tim|stunden|pages?|sidor"
    r"|cop(?:y|ies)|box(?:es)?|sets?|exemplar|exemplare|kopi(?:a|or)"
    r"|million|miljon(?:er)?|kg|mm|cm|km|m|jours?|mois|ans|times|gånger|persons?|personer)\b)"
)
_AND: Final = r"(?:and|och|und|et|or|eller|oder|ou|samt)"
LIST: Final = re.compile(
    r"[)\]\"'`*]{0,3}(?:[ \t]*[,;&][ \t]*(?:\n[ \t]*)?"
    rf"(?:{_AND}\s+)?|\s+{_AND}\s+)[\"'`(\[]{{0,2}}",
)
#: The same before a number in short: ", 114", ", -114", " and 115".
TAIL_JOINT: Final = re.compile(
    rf"[)\]\"'`*]{{0,3}}(?:[ \t]*[,;](?=\s)|(?=\s{{1,2}}(?:{_AND}|&)\s))"
    rf"(?:\s{{1,2}}(?P<and>{_AND}|&)(?=\s))?\s{{1,2}}(?P<sign>-)?"
)
#: How a text goes on behind a list of numbers, and not behind a quantity.
BEHIND_LIST: Final = re.compile(
    rf"[)\]]|[.;:]?(?:\s*\Z|[ \t]*\n\s*(?![a-zåäöéèêàüß]))|[.,;:]\s|\s{_AND}\s\D"
    r"|\s(?:are|were|is|was|have|has|had|will|shall|must|dated|är|var|har|hade|ska|skall"
    r"|daterade|daterad|sind|waren|haben|hat|werden|wurden|vom|sont|ont|étaient|seront|du)\b"
)
RANGE: Final = re.compile(
    r"[ \t]*(?: - |\s(?:to|till|t\.o\.m\.|tom|bis|through|thru|jusqu'à|à)\s)[ \t]*"
)
#: What can hardly be anything but a number: no section 18.2, no ERC20Receiver.
CODE: Final = re.compile(
    r"(?=(?:\D*\d){2})[A-ZÅÄÖ]{0,5}[-/:]?\d+(?:[-/:][A-ZÅÄÖ]{0,3}\d+){0,4}(?:-?[A-Z])?"
)
LONG_LABEL: Final = 4  # characters that are no "RE:" before a name
PROSE_LINE: Final = 30  # characters before a label at a line's end that make it prose, no table
STOPS: Final = re.compile(r"[.,;:)]?(?:\s*$|\s*\n|(?<=[.,;:)])\s)")
LABEL_GAP: Final = re.compile(r"[\s./_-]+")
WORD_AFTER: Final = re.compile(
    r"[ \t](?!and\b|och\b|und\b|et\b|or\b|eller\b|oder\b|ou\b)[^\W\d]{2}"
)
CELL: Final = re.compile(r"[^\s|](?:[^\t\n| ]| (?![ |\n]))*")
CELL_END: Final = re.compile(r"[ \t]*(?:\n|$)|[ \t]{2,}|\t|[ \t]*\|")
RANGE_END: Final = re.compile(r"\D{0,12}?(\d+)(?![\w.,:]\w)")
YEAR_BEFORE: Final = re.compile(r"\b((?:19|20)\d\d-)\d+$")  # of a number, before its last digits
TAIL_DIGITS: Final = re.compile(r"\d+(?!\w|[-.,:]\d)")
LINE_CLOSES: Final = re.compile(r"[ \t]*(?:\r?\n\s*|\Z)")
LAST_DIGITS: Final = re.compile(r"\d+$")
MOST_ROWS: Final = 10_000  # of tables in one text; each row of labels would head all below it
ONLY_DIGITS: Final = re.compile(r"\D*(\d+)")  # behind a prefix
DIGIT: Final = re.compile(r"\d")
SLASH: Final = re.compile(r"[ \t]?(?P<sign>/)[ \t]?-?(?P<and>(?!))?")
PLAIN_RANGE: Final = re.compile(r"-(?=\d)")
LINE: Final = re.compile(r"[ \t]*\r?\n[ \t]*")
MOST_BETWEEN: Final = 2_000  # numbers of one text that only ranges mean
LONGEST_RANGE: Final = 50  # a longer one is a mistake or a series that nobody means singly
