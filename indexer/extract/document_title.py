"""A document's title: as its file says it, as it stands above the text, else the file's name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

from archive.parties import FORMS
from archive.reading import Evidence, FactFound, PageText, ReadingContext
from indexer.extract.facts_trade import evidence
from indexer.extract.phrases import file_name, first_written

TITLE_CHARS: Final = 160
HEAD_CHARS: Final = 3_000  # of the first page with text, in which a title stands

#: What programs write into a title when nobody gave one.
_NO_TITLE: Final = re.compile(
    r"(?i)^(?:microsoft word|microsoft powerpoint|untitled|namnlös|unbenannt|document\d*|"
    r"dokument\d*|scan\w*|img[_\d]|print|slide 1|powerpoint|bild 1|fax|titel|title|blank|null|"
    r"none|template)\b|\.(?:docx?|pdf|xlsx?|indd|pptx?|odt|rtf|tmp|dot)$|^[\W\d_]*$|[\\/]"
)
_HEADING: Final = re.compile(r"^#{1,2}[ \t]+(?P<text>\S.*?)[ \t#]*$", re.MULTILINE)
_FRONT: Final = re.compile(r"^title:[ \t]*(?P<quote>['\"]?)(?P<text>\S.*?)(?P=quote)[ \t]*$", re.M)
_LINE: Final = re.compile(r"[^\S\n]*+\S[^\n]*")
#: Kinds that people write under a heading of their own; papers of trade begin with a letterhead.
_OF_SUBJECTS: Final = frozenset(
    {
        "specification", "drawing", "plan", "minutes", "contract", "amendment", "change-request",
        "quality-report", "return-report", "sales-report",
    }
)  # fmt: skip
HEADING_CHARS: Final = 110
#: What is left of a line of kind and number without the word for the kind.
_NUMBER_ALONE: Final = re.compile(
    r"(?i)[\W_]*(?:(?:no|nr|number|num|nummer|numret|numéro|id|ref)\b[\W_]*)?"
    r"(?:[a-zåäö]{1,8}[-–/. ]{0,2})?\d[\w/.–-]*"
    r"(?:[\W_]+(?:rev(?:ision)?|ver(?:sion)?|utg(?:åva)?|issue|v)[\W_]*[\w.]{1,6})?[\W_]*"
)
#: A label, a sentence, an address or a day is no heading.
_NO_HEADING: Final = re.compile(r":|[.,;]$|@|www\.|(?:^|\D)\d{4,}|^[\W\d_]*$")
#: What stands over papers beside their titles: page counts, marks of secrecy and of drafts.
_MARK: Final = re.compile(
    r"(?i)\W*(?:page|sida|sid|seite|p|s)\W*\d+(?:\W*(?:of|av|von|de|sur)?\W*\d+)?\W*"
    r"|(?:[\W\d]*\b(?:strictly|company|commercial|business|internal|confidential|draft|for"
    r"|review|comments?|approval|use|only|not|distribution|proprietary|secret|restricted|version"
    r"|preliminary|copy|utkast|förslag|preliminär\w*|konfidentiell\w*|hemlig|sekretess|intern\w*"
    r"|arbetsmaterial|för|granskning|remiss|kopia|endast|bruk|entwurf|vertraulich|brouillon"
    r"|confidentiel)\b)+[\W\d]*"
)
#: Company forms that are words of titles, too: they are one at a name's end.
_WORDS_TOO: Final = frozenset(
    {"as", "se", "co", "company", "limited", "private", "kg", "sa", "spa", "proprietary", "publ"}
)
_NAME: Final = re.compile(r"[^\W\d_][^\W\d_.'’-]*(?:[ -][^\W\d_]\.?[^\W\d_'’]*){1,2}")
#: Readers part the cells of a table's row with tabulators.
_ROW: Final = re.compile(r"\S[^\S\n]*\t[^\S\n]*\S|(?:[^;|\n]*[;|]){2}")
#: Files that are one table: their first line names columns.
_TABLES: Final = frozenset({".csv", ".tsv", ".tab"})


def find_title(
    pages: Sequence[PageText], context: ReadingContext, title: str | None, kind: FactFound
) -> FactFound | None:
    """The heading, else the properties' title if somebody wrote it, else the kind's own line.

    Else the first line that is no row of a table, else what the file is called.
    """
    page = first_written(pages)
    name = PurePosixPath(file_name(context.path))
    if page is None or name.suffix.lower() in _TABLES:
        return _property_title(title) or (_name_title(name) if page else None)
    for pattern in (_FRONT, _HEADING):
        match = pattern.search(page.text, 0, HEAD_CHARS)
        if match:
            return _title_at(page, *match.span("text"), 0.9)
    written = _property_title(title)
    if written is not None:
        return written
    return _line_title(page, kind) or _name_title(name)


def _line_title(page: PageText, kind: FactFound) -> FactFound | None:
    if kind.rule == "title" and kind.evidence.page == page.number:
        start = page.text.rfind("\n", 0, kind.evidence.start or 0) + 1
        line = _LINE.match(page.text, start)
        line = (_heading_above(page.text, line, kind) if line else None) or line
        if line is not None and (found := _title_at(page, *line.span(), 0.6)):
            return found
    for line in _LINE.finditer(page.text, 0, HEAD_CHARS):
        found = None if _ROW.search(line[0]) else _title_at(page, *line.span(), 0.6)
        if found is not None:
            return found
    return None


def _heading_above(text: str, line: re.Match[str], kind: FactFound) -> re.Match[str] | None:
    """The heading over a line that says nothing but kind and number; a letterhead is none."""
    start, end = (kind.evidence.start or 0), (kind.evidence.end or 0)
    rest = f"{text[line.start() : start]} {text[end : line.end()]}"
    if kind.value not in _OF_SUBJECTS or not _NUMBER_ALONE.fullmatch(rest):
        return None
    above = [*_LINE.finditer(text, 0, line.start())][-1:]
    if not above or text.count("\n", above[0].end(), line.start()) > 2:
        return None
    words = above[0][0].strip()
    if len(words) > HEADING_CHARS or _NO_HEADING.search(words) or _MARK.fullmatch(words):
        return None
    if _has_form(words) or _ROW.search(words):
        return None
    return None if _is_party(words, text[line.end() :]) else above[0]


def _has_form(words: str) -> bool:
    """Whether a company is named: "Norrgjuteri AB, Göteborg"; not by "as" within a title."""
    for name in words.split(","):
        *others, last = [word.strip(".();") for word in name.split()] or [""]
        if last.casefold() in FORMS:
            return True
        sure = (one for one in others if not one.islower() and one.casefold() not in _WORDS_TOO)
        if any(one.casefold() in FORMS for one in sure):
            return True
    return False


def _is_party(words: str, below: str) -> bool:
    """A person's name, as the text below has it among those that agree."""
    if not (_NAME.fullmatch(words) and words.istitle()):
        return False
    named = rf"\b(?:between|mellan|and|och)\s+{re.escape(words)}\b"
    return re.search(named, below[:HEAD_CHARS]) is not None


def _name_title(name: PurePosixPath) -> FactFound | None:
    if not any(char.isalpha() for char in name.stem):
        return None
    where = Evidence(quote=name.stem, where="name")
    return FactFound("title", name.stem[:TITLE_CHARS], where, confidence=0.5, rule="name")


def _property_title(title: str | None) -> FactFound | None:
    text = " ".join((title or "").split())
    if not 4 <= len(text) <= TITLE_CHARS or _NO_TITLE.search(text):
        return None
    where = Evidence(quote=text, where="property title")
    return FactFound("title", text, where, confidence=0.7, rule="properties")


def _title_at(page: PageText, start: int, end: int, confidence: float) -> FactFound | None:
    raw = page.text[start:end]
    start += len(raw) - len(raw.lstrip())
    end = min(start + len(raw.strip()), start + TITLE_CHARS)
    text = " ".join(page.text[start:end].split())
    if not any(char.isalpha() for char in text):
        return None
    return FactFound("title", text, evidence(page, start, end), confidence=confidence, rule="head")
