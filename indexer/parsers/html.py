"""HTML: what a browser would show, a line for each block, cells parted by tabulators."""

from __future__ import annotations

import re

from lxml import etree

from indexer.parsers.clean import clean_text
from indexer.parsers.plain import decode_as
from indexer.parsers.source import Contents, Pages, Source

_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]+encoding\s*=\s*[\"']([A-Za-z0-9_.:-]+)")
_UNSEEN = ("script", "style", "template", "noscript")
_BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
        "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html",
        "legend", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary",
        "table", "tbody", "tfoot", "thead", "title", "tr", "ul",
    }
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
#: Kinds of fields whose value a browser shows; one without a kind is a text (HTML, 4.10.5).
_WRITTEN = frozenset(
    {"", "text", "search", "tel", "url", "email", "number", "date", "month", "week", "time",
     "datetime-local"}
)  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f]+")
_AROUND_TAB = re.compile(r" *\t *")


def read(file: Source) -> Contents:
    root = _parse(file.data, None)
    pages = Pages(file.limits)
    title = _title(root)
    pages.add(_text(root))
    contents = pages.contents()
    contents.title = title
    return contents


def html_title(data: bytes, charset: str | None = None) -> str | None:
    """What a piece of HTML calls itself."""
    return _title(_parse(data, charset))


def _title(root: etree._Element | None) -> str | None:
    title = None if root is None else root.findtext(".//title")
    return clean_text(_SPACES.sub(" ", title)).strip() or None if title else None


def html_text(data: bytes, charset: str | None = None) -> str:
    """The text of a piece of HTML; `charset` is what its envelope says."""
    return _text(_parse(data, charset))


def _parse(data: bytes, charset: str | None) -> etree._Element | None:
    text = _decode(data, charset)
    if not text.strip():
        return None
    # Our own decoding first: without a <meta> libxml2 takes UTF-8 for Latin 1.
    # Huge: a picture within the page may exceed 10 MB, answers to answers nest 256 elements deep;
    # libxml2 would end the page there. HTML declares no entities.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
    )
    try:
        return etree.fromstring(text.encode("utf-8", "ignore"), parser)
    except etree.XMLSyntaxError:  # nothing but comments and the like
        return None


def _decode(data: bytes, charset: str | None) -> str:
    head = data[:4096]
    if charset is None and (found := _CHARSET.search(head) or _DECLARED.search(head)):
        charset = found.group(1).decode("ascii")
    return decode_as(data, charset)


def _written(field: etree._Element) -> str:
    """What somebody wrote into a field of a form."""
    kind = (field.get("type") or "").strip().lower()
    return (field.get("value") or "").strip() if kind in _WRITTEN else ""


def _text(root: etree._Element | None) -> str:
    if root is None:
        return ""
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    out: list[str] = []
    kept = 0  # open <pre> elements, whose line ends stay
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in _BLOCKS:
            out.append("\n")
        elif tag in _CELLS and event == "start":
            out.append("\t")
        elif tag == "input" and event == "start" and (value := _written(element)):
            is_apart = not out or out[-1][-1:].isspace()
            out.append(value if is_apart else f" {value}")
        if tag == "pre":
            kept += 1 if event == "start" else -1
        if text := element.text if event == "start" else element.tail:
            out.append(text if kept else _SPACES.sub(" ", text))
    lines = (line.strip() for line in _AROUND_TAB.sub("\t", "".join(out)).split("\n"))
    return "\n".join(line for line in lines if line)
