"""Why a file is not read, or not wholly, in the language of the page.

A reason is kept as readers say it: whole English sentences, each of a known form with its values in
it. Here form and values are found again, and said in the language of the page. What is of no known
form is not said; the reason's code then says enough.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel.support import NullTranslations

from web.words import say

#: The sentences of readers, of the cage and of what takes files from the tree. A longer one comes
#: before one that it begins with.
FORMS: Final = (
    say("%(count)s more members are not filed: at most %(most)s are."),
    say("%(count)s more members are not filed: inside one file at most %(files)s files of "
        "%(size)s MiB together are, over all levels."),
    say("Further members are not filed: at most %(most)s are."),
    say("Left out: %(list)s."),
    say("%(count)s files inside are over the limit of size and were left out."),
    say("%(count)s files inside exceed the limits and were left out."),
    say("Files nested deeper than %(levels)s levels are not taken out."),
    say("Nested deeper than %(levels)s containers."),
    say("The members hold more than %(size)s MiB together."),
    say("The package has more than %(most)s members."),
    say("The member %(name)s inflates %(times)s times; the limit is %(most)s."),
    say("The member %(name)s needs a password."),
    say("The member %(name)s is damaged: %(detail)s"),
    say("The member is damaged."),
    say("Only the first %(most)s characters were read."),
    say("Only the first %(most)s pages were read."),
    say("Only text and attached files were read, neither fields nor notes nor scans."),
    say("Letters that can't be read, left out: %(count)s."),
    say("Pages %(first)s to %(last)s can't be taken out: %(detail)s"),
    say("Page %(page)s can't be shown: %(detail)s"),
    say("A sheet has more than %(most)s cells."),
    say("The picture has %(width)s x %(height)s pixels."),
    say("The file is larger than %(size)s MiB."),
    say("The file is larger than the limit of %(size)s bytes."),
    say("Reading it exceeds the limit of %(what)s."),
    say("No program takes a file so large."),
    say("No reader knows this format: the file is %(what)s."),
    say("No reader knows this format."),
    say("No reader knows this format; the file holds no text by itself."),
    say("Reading this old format needs %(program)s installed."),
    say("Reading a RAR archive needs %(program)s installed."),
    say("LibreOffice can't open the file (%(detail)s)."),
    say("LibreOffice does not start."),
    say("LibreOffice is not whole."),
    say("LibreOffice makes nothing of the file."),
    say("%(program)s can't unpack the archive: %(detail)s"),
    say("%(program)s finds no text in the file."),
    say("%(program)s took too long."),
    say("The file is empty."),
    say("The file is damaged (%(detail)s)."),
    say("The PDF needs its password."),
    say("None of the known passwords opens it."),
    say("The PDF can't be opened: %(detail)s"),
    say("The PDF has no page that can be opened."),
    say("The ZIP package is damaged: %(detail)s"),
    say("The archive is damaged: %(detail)s"),
    say("The compressed file is damaged: %(detail)s"),
    say("This is one part of an archive in several files; unpack it with the others and file what "
        "comes out (%(list)s)."),
    say("The signed message is damaged: %(detail)s"),
    say("The workbook can't be opened: %(detail)s"),
    say("The picture can't be opened: %(detail)s"),
    say("The picture can't be read: %(detail)s"),
    say("The XML is not well formed: %(detail)s"),
    say("The XML has no root element."),
    say("The XML declares a document type of its own, by which entities attack readers."),
    say("The reader did not finish within %(seconds)s s."),
    say("The reader's answer exceeds %(size)s MiB."),
    say("The reader's answer makes no sense."),
    say("The reader crashed on this file (%(detail)s)."),
    say("The reader gave up on this file (exit status %(status)s)."),
    say("Its pictures could not be read: %(detail)s"),
    say("Tesseract is not installed."),
    say("Tesseract failed: %(detail)s"),
    say("Tesseract needed more than %(seconds)s s for a page."),
    say("The file can't be read: %(error)s."),
    say("The folder can't be read: %(error)s."),
    say("It is a link; links are not followed."),
    say("It is a pipe, a socket or a device, and no file."),
    say("No such file or directory"),
    say("Permission denied"),
    say("Input/output error"),
    say("No space left on device"),
)  # fmt: skip

#: What stands in the place of `what`: formats without a reader, and limits.
NAMED: Final = frozenset((
    say("a picture as iPhones take them (HEIC); save it as JPEG or PDF"),
    say("an AutoCAD drawing; file a PDF of it as well"),
    say("an Outlook data file; export its mail as MSG or EML"),
    say("an Access database; export its tables as XLSX"),
    say("a OneNote section; export it as PDF"),
    say("a document of Apple Pages, Numbers or Keynote; export it as PDF or as an Office file"),
    say("a database"),
    say("a program"),
    say("an old Office or project file; save it as PDF"),
    say("memory"),
    say("nesting"),
))  # fmt: skip
#: What stands in parentheses behind the members of a list.
LISTED: Final = {
    "needs a password": say("needs a password"),
    "damaged": say("damaged"),
    "too large": say("too large"),
}
AND_MORE: Final = say("and %(num)s more")
_PLACE: Final = re.compile(r"%\((\w+)\)s")
_IN_LIST: Final = re.compile(r"\((" + "|".join(LISTED) + r")\)")
_MORE: Final = re.compile(r"and (\d+) more$")
_GROUPED: Final = re.compile(r"\d{1,3}(?:,\d{3})+")


def tell_reason(reason: str, texts: NullTranslations) -> str:
    """A kept reason in the language of `texts`; empty where a sentence of it has no known form."""
    told, rest = [], reason.strip()
    while rest:
        found = next((hit for form in _patterns() if (hit := form[1].match(rest))), None)
        if found is None:
            return ""
        form = next(form for form, pattern in _patterns() if pattern is found.re)
        values = {name: _value(value, texts) for name, value in found.groupdict().items()}
        told.append(texts.ugettext(form) % values)
        rest = rest[found.end() :].lstrip()
    return " ".join(told)


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each form with the pattern of its sentences; a detail goes on to the end."""
    made = []
    for form in FORMS:
        parts = _PLACE.split(form)
        pattern = "".join(
            f"(?P<{part}>{'.+' if part == 'detail' and form.endswith(')s') else '.+?'})"
            if index % 2
            else re.escape(part)
            for index, part in enumerate(parts)
        )
        made.append((form, re.compile(pattern + r"(?=\s|\Z)", re.DOTALL)))
    return tuple(made)


def _value(value: str, texts: NullTranslations) -> str:
    """A number in groups as it is written in any language; what is known of a list's words."""
    if _GROUPED.fullmatch(value):
        return value.replace(",", "\u00a0")
    if value in NAMED:
        return texts.ugettext(value)
    said = tell_reason(value, texts) if value in FORMS else value
    said = _IN_LIST.sub(lambda found: f"({texts.ugettext(LISTED[found[1]])})", said)
    return _MORE.sub(lambda found: texts.ugettext(AND_MORE) % {"num": found[1]}, said)
