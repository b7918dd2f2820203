"""Everything that pages say stands in both catalogues, and nothing else does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tools.catalogues import ERRORS, extract
from web.render import WEB


def catalogue(language: str) -> Catalog:
    with (WEB / "locale" / language / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def names(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sdr]", text))


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_catalogue_has_every_message_that_is_used_and_no_other(language: str) -> None:
    used = {forms(message.id) for message in extract() if message.id}
    held = {forms(message.id) for message in catalogue(language) if message.id}
    assert held - used == set(), "run: python tools/catalogues.py"
    assert used - held == set(), "run: python tools/catalogues.py, then translate"


def test_every_message_is_said_in_swedish_with_the_same_placeholders() -> None:
    for message in catalogue("sv"):
        if not message.id:
            continue
        said = forms(message.string)
        assert all(said), f"untranslated: {message.id}"
        wanted = names(" ".join(forms(message.id)))
        assert all(names(text) == wanted for text in said), message.id
        assert not message.fuzzy


def test_no_template_says_a_bare_sentence() -> None:
    """Text between tags goes through the catalogue; names of ours and of formats need not."""
    plain = {"Crossfile", "CSV", "JSON", "PDF", "XLSX", "SHA-256", "ms", "x", "v"}
    for path in sorted((WEB / "templates").glob("*.html")):
        text = re.sub(r"\{% block class %\}.*?\{% endblock %\}", " ", path.read_text())
        text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.DOTALL)
        text = re.sub(r"<[^>]*>|hx-\w+=\"[^\"]*\"", " ", text)
        assert set(re.findall(r"[A-Za-z][\w-]*", text)) <= plain, path.name


def test_files_of_the_catalogues_are_where_render_looks() -> None:
    assert {path.name for path in Path(WEB / "locale").iterdir()} == {"en", "sv"}


#: Parts that people meet at the terminal only.
TERMINAL = ("archive/restore.py", "archive/backup.py", "archive/bag_files.py", "archive/package.py",
            "archive/rereading.py", "archive/intake.py", "archive/rebuild.py")  # fmt: skip


def test_no_error_that_pages_show_puts_its_sentence_together_where_it_is_raised() -> None:
    """A catalogue can only hold a sentence that stands in the code as a plain text."""
    project = WEB.parent
    for path in sorted([*project.glob("archive/*.py"), *project.glob("api/pages/*.py")]):
        if path.relative_to(project).as_posix() in TERMINAL:
            continue
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                said = call.func.id in (*ERRORS, "Message") and call.args
                assert not (said and isinstance(call.args[0], ast.JoinedStr)), (path, call.lineno)
