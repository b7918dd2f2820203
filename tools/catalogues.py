"""Bring web/locale up to date with what templates and code say.

    python tools/catalogues.py          writes both catalogues; then translate what is empty in sv

English is the message itself, so en/messages.po is the list of all messages and stays untranslated.
"""

from __future__ import annotations

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
METHODS = {
    "web": [("**.html", "jinja2"), ("**.py", "python")],
    "api": [("commands/**.py", "ignore"), ("**.py", "python")],
    "archive": [("restore.py", "ignore"), ("**.py", "python")],  # restoring is done by command
}
OPTIONS = {"**.html": {"silent": "false", "trimmed": "true", "newstyle_gettext": "true"}}
#: Errors and messages are said where they are raised; one that is no plain text stays English.
ERRORS = ("UsageError", "NotAllowed", "NotSignedIn", "Conflict", "StorageFull", "StorageFails")
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "say": None,
    "say_counted": (1, 2), "Counted": (1, 2), "Message": None,
    **dict.fromkeys(ERRORS),
}  # fmt: skip


def extract() -> Catalog:
    """Every message of templates and code, by file (no line numbers: they only make noise)."""
    catalogue = Catalog(project="Crossfile", charset="utf-8")
    for folder, methods in METHODS.items():
        found = extract_from_dir(ROOT / folder, methods, OPTIONS, keywords=KEYWORDS)
        for name, _, message, _, context in found:
            catalogue.add(message, locations=[(f"{folder}/{name}", None)], context=context)
    return catalogue


def update(language: str, found: Catalog) -> None:
    path = ROOT / "web" / "locale" / language / "messages.po"
    catalogue = Catalog(locale=language)
    if path.exists():
        with path.open("rb") as file:
            catalogue = read_po(file, locale=language)
    catalogue.update(found, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, catalogue, sort_output=True, ignore_obsolete=True, omit_header=True)


def main() -> None:
    found = extract()
    for language in ("en", "sv"):
        update(language, found)


if __name__ == "__main__":
    main()
