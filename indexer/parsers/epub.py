"""EPUB: a page for each document of the spine (EPUB 3.3, OCF and package document)."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from archive.errors import ReadingFailed
from indexer.parsers.html import html_text
from indexer.parsers.safe_xml import parse_xml
from indexer.parsers.source import Contents, Pages, Source
from indexer.parsers.zips import Package


def read(file: Source) -> Contents:
    package = Package(file.data, file.limits)
    rootfile = parse_xml(package.read("META-INF/container.xml")).find(".//{*}rootfile")
    if rootfile is None:
        raise ReadingFailed("damaged", "The book names no package document.")
    opf = rootfile.get("full-path") or ""
    book = parse_xml(package.read(opf))
    items = {item.get("id"): item.get("href") or "" for item in book.iter("{*}item")}
    pages = Pages(file.limits)
    for entry in book.iter("{*}itemref"):
        href = unquote(items.get(entry.get("idref"), ""))
        part = posixpath.normpath(posixpath.join(posixpath.dirname(opf), href))
        if part in package.infos and not pages.add(html_text(package.read(part))):
            break
    contents = pages.contents()
    contents.title = book.findtext(".//{*}title")
    return contents
