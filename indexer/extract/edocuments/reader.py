"""From an e-document's tree and its format's table to facts, own numbers and cited numbers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Final

from lxml import etree

from archive.reading import Child, Evidence, FactFound, IdentifierFound, MentionFound
from indexer.extract.edocuments import values
from indexer.extract.edocuments.blocks import blocks
from indexer.extract.edocuments.model import Cited, EDocument, Format
from indexer.extract.edocuments.relations import relation
from indexer.extract.edocuments.tree import Element, Tree, local_name, text_of

#: (name of a scheme, number as written) → (key, groups); see archive.schemes.
KeyOf = Callable[[str, str], tuple[str, str]]

_CONVERT: dict[str, Callable[[str], str | None]] = {
    "date": values.iso_date,
    "due_date": values.iso_date,
    "effective_from": values.iso_date,
    "expires_on": values.iso_date,
    "total": values.plain_amount,
    "net_total": values.plain_amount,
    "currency": values.currency,
    "revision": values.revision,
}

#: Longer "numbers" are sentences in the wrong element.
LONGEST_NUMBER = 120
_XML: Final = "application/xml"


def read(tree: Tree, shape: Format, key_of: KeyOf) -> EDocument:
    """All that the document says, by the table of its format."""
    parts = tree.find(shape.lot) if shape.lot else []
    if len(parts) > 1:
        return _read_lot(tree, shape, parts)
    kind, said_by = _kind(tree, shape)
    facts = (
        _fact(tree, "kind", kind, said_by),
        *_single_facts(tree, shape),
        *_parties(tree, shape),
    )
    children, lost = _embedded(tree, shape.embedded)
    return EDocument(
        format=shape.name,
        kind=kind,
        facts=facts,
        identifiers=tuple(_own_numbers(tree, shape, kind, key_of)),
        mentions=tuple(_cited(tree, shape, kind, key_of)),
        blocks=blocks(tree, shape, kind, facts),
        children=children,
        lost=lost,
    )


def _read_lot(tree: Tree, shape: Format, parts: Sequence[Element]) -> EDocument:
    """A file of several documents: its parties, and each of them as a file of its own inside."""
    kind = "other"
    facts = (_fact(tree, "kind", kind, tree.root), *_parties(tree, shape))
    number = shape.number.removeprefix(f"{shape.lot}/")
    head = [one for one in tree.root if local_name(one) not in ("", shape.lot, "Signature")]
    children = tuple(
        Child(position, _part_name(part, number, position), _alone(tree, head, part), _XML)
        for position, part in enumerate(parts, 1)
    )
    return EDocument(shape.name, kind, facts, (), (), blocks(tree, shape, kind, facts), children)


def read_several(tree: Tree, documents: Sequence[tuple[Element, Format]]) -> EDocument:
    """An envelope of several documents: each is a file of its own inside, as it stands there."""
    kind = "other"
    children = [
        Child(position, _part_name(one, shape.number, position), _as_file(one), _XML)
        for position, (one, shape) in enumerate(documents, 1)
    ]
    names = tuple(child.name for child in children)
    lost: list[str] = []
    inside = {one for one, _ in documents}
    for carried in dict.fromkeys(shape.embedded for _, shape in documents):
        files, broken = _embedded(tree, carried, without=inside)
        children += (replace(one, position=len(children) + one.position) for one in files)
        lost += broken
    facts = (_fact(tree, "kind", kind, tree.root),)
    shape = documents[0][1]
    blocks = (("", names),)
    return EDocument(shape.name, kind, facts, (), (), blocks, tuple(children), tuple(lost))


def _as_file(element: Element) -> bytes:
    return etree.tostring(element, encoding="utf-8", xml_declaration=True, with_tail=False)


def _part_name(part: Element, number_at: str, position: int) -> str:
    number = Tree(part).first(number_at)
    said = "" if number is None else f" - {text_of(number)[:LONGEST_NUMBER].replace('/', '-')}"
    return f"{position}{said}.xml"


def _alone(tree: Tree, head: Sequence[Element], part: Element) -> bytes:
    """The document with one of its parts; a signature over all of them is left out."""
    root = etree.Element(tree.root.tag, nsmap=tree.root.nsmap)  # type: ignore[arg-type]
    root.attrib.update(tree.root.attrib)
    root.extend(deepcopy(child) for child in (*head, part))
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _kind(tree: Tree, shape: Format) -> tuple[str, Element]:
    """The kind by the root's name, or by a type code that says otherwise; and what said it."""
    code = tree.first(shape.type_code)
    if code is not None and (kind := shape.type_kinds.get(text_of(code))):
        return kind, code
    return shape.kinds.get(local_name(tree.root), "other"), tree.root


def _evidence(tree: Tree, element: Element) -> Evidence:
    return Evidence(quote=text_of(element) or None, where=tree.where(element))


def _fact(tree: Tree, name: str, value: str, element: Element) -> FactFound:
    evidence = _evidence(tree, element)
    return FactFound(name, value, evidence, origin="data", rule=local_name(element))


def _single_facts(tree: Tree, shape: Format) -> Iterator[FactFound]:
    """Each fact once, from the first of its paths that holds a value we understand."""
    done: set[str] = set()
    for name, path in shape.facts:
        if name in done:
            continue
        element = tree.first(path)
        convert = _CONVERT.get(name, str)
        value = convert(text_of(element)) if element is not None else None
        if element is None or value is None:
            continue
        done.add(name)
        yield _fact(tree, name, value, element)
        stated = element.get("currencyID") or element.get("amountCurrencyID")
        if name == "total" and "currency" not in done and stated and values.currency(stated):
            done.add("currency")
            yield _fact(tree, "currency", stated.upper(), element)


def _parties(tree: Tree, shape: Format) -> Iterator[FactFound]:
    """Parties with a name, each once in a role, in the order of the table."""
    seen: set[tuple[str, str]] = set()
    for place in shape.parties:
        for party in tree.find(place.path):
            name, evidence = _name(tree, shape, party)
            if not name or (place.role, name) in seen:
                continue
            seen.add((place.role, name))
            identifier = _first(tree, shape.party_identifiers, party)
            yield FactFound(
                "party",
                name,
                evidence,
                origin="data",
                role=place.role,
                identifier=None if identifier is None else text_of(identifier),
                rule=local_name(party),
            )


def _name(tree: Tree, shape: Format, party: Element) -> tuple[str, Evidence]:
    """The name of a party and where it stands: of a name in two elements, what holds both."""
    for path in shape.party_names:
        base, _, last = path.rpartition("/")
        paths = [f"{base}/{name}".lstrip("/") for name in last.split("+")]
        found = [element for one in paths if (element := tree.first(one, party)) is not None]
        if not found:
            continue
        holder = found[0] if len(found) == 1 else found[0].getparent()
        name = " ".join(map(text_of, found))
        return name, Evidence(quote=name, where=tree.where(found[0] if holder is None else holder))
    return "", Evidence()


def _first(tree: Tree, paths: tuple[str, ...], start: Element) -> Element | None:
    return next((found for path in paths if (found := tree.first(path, start)) is not None), None)


def _own_numbers(tree: Tree, shape: Format, kind: str, key_of: KeyOf) -> Iterator[IdentifierFound]:
    scheme = "document" if kind == "other" else kind
    further = [(borne.scheme, borne.path) for borne in shape.own if kind in borne.kinds]
    for name, path in ((scheme, shape.number), *further):
        element = tree.first(path)
        if element is None or len(text_of(element)) > LONGEST_NUMBER:
            continue
        number = text_of(element)
        key, groups = key_of(name, number)
        evidence = _evidence(tree, element)
        rule = local_name(element)
        yield IdentifierFound(name, number, key, groups, evidence, origin="data", rule=rule)


def _cited(tree: Tree, shape: Format, kind: str, key_of: KeyOf) -> Iterator[MentionFound]:
    """Each number once for a scheme and relation: a thousand lines may name the same order."""
    code = tree.first("OrderResponseCode")
    response_code = text_of(code) if code is not None else ""
    seen: set[tuple[str, str, str]] = set()
    borne = {one.path for one in shape.own if kind in one.kinds}
    for cited in shape.cited:
        if cited.path in borne:
            continue
        for element in tree.find(cited.path):
            number = text_of(element)
            if not number or len(number) > LONGEST_NUMBER:
                continue
            scheme = _scheme(tree, shape, cited, element)
            means = relation(kind, scheme, response_code=response_code)
            if (scheme, number, means) in seen:
                continue
            seen.add((scheme, number, means))
            key, groups = key_of(scheme, number)
            rule = cited.path.rpartition("/")[0].rpartition("/")[2] or cited.path
            parent = element.getparent()
            if "|" in rule and parent is not None:
                rule = local_name(parent)
            yield MentionFound(
                scheme, number, key, groups, _evidence(tree, element), means, "data", rule=rule
            )


def _scheme(tree: Tree, shape: Format, cited: Cited, element: Element) -> str:
    parent = element.getparent()
    code = tree.first(cited.type_at, parent) if cited.type_at and parent is not None else None
    return cited.scheme if code is None else shape.type_schemes.get(text_of(code), cited.scheme)


def _embedded(
    tree: Tree, carriers: Collection[str], *, without: Collection[Element] = ()
) -> tuple[tuple[Child, ...], tuple[str, ...]]:
    """Files that the document, or its envelope, carries as base64; names of what is none."""
    children: list[Child] = []
    lost: list[str] = []
    for element in tree.root.getroottree().iter(*(f"{{*}}{name}" for name in sorted(carriers))):
        if without and any(holder in without for holder in element.iterancestors()):
            continue
        if not (text := "".join((element.text or "").split())):
            continue
        position = len(children) + 1
        named = tree.first("NomeAttachment", element.getparent())
        name = element.get("filename") or (text_of(named) if named is not None else "")
        name = name or f"attachment-{position}"
        try:
            data = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            lost.append(name)
        else:
            children.append(Child(position, name, data, element.get("mimeCode")))
    return tuple(children), tuple(lost)
