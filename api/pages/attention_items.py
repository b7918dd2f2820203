"""Lines of the attention list as the page shows them: what each is about, and how it is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from babel.support import NullTranslations
from sqlalchemy.orm import Session

from api.pages.attention_words import DECIDED, DECIDED_WHY, HELPS, SENTENCES, SPEAKS
from api.pages.document_address import changed_since, place_of
from api.pages.parties import called
from api.pages.reasons import tell_reason
from api.pages.sentences import fill
from api.pages.things import Known, load_things
from archive.access import Viewer
from archive.change_states import CHANGES
from archive.concern_states import CONCERNS
from archive.discrepancies import ANSWERS as ANSWERS_OF_BOTH
from archive.records import document_id_of, file_number
from archive.references import Target
from archive.register_fields import REGISTERS
from archive.trade_discrepancies import WHATS
from archive.trade_lines import ABSENT
from archive.vocabulary import LOCKED, UNLOCKABLE
from archive.wanting import UNREADABLE
from web.filters import kind_word
from web.plan_words import NEED_REASONS
from web.views.attention import Item, Side
from web.views.common import Quote, Source, Thing
from web.views.document import Candidate
from web.words import FIELDS

#: Kinds of lines whose name begins with the id of a document.
OF_DOCUMENTS: Final = (
    "damaged-original", "unreadable", "given-up", "ambiguous", "misread", "suspect",
    "discrepancy", *WHATS,
)  # fmt: skip

#: By kind the answers that can be given on the page.
ANSWERS: Final = {
    "damaged-original": ("explain", "aside"),
    "unreadable": ("retry", "explain", "aside"),
    "read-in-part": ("retry", "explain", "aside"),
    "given-up": ("retry", "explain", "aside"),
    "trouble": ("explain", "aside"),
    "ambiguous": ("choose", "none", "explain", "aside"),
    "misread": ("choose", "reject", "explain", "aside"),
    "suspect": ("confirm", "reject", "explain", "aside"),
    "suspect-by-hand": ("confirm", "reject", "explain", "aside"),
    "discrepancy": ("choose", "explain", "aside"),
    **dict.fromkeys((*WHATS, ABSENT), ("explain", "aside")),
    "need": ("explain", "aside"),
    "need-unusable": ("explain", "aside"),
    "overdue": ("explain", "aside"),
    "not-carried": ("explain", "aside"),
    "lacks-authority": ("explain", "aside"),
    **dict.fromkeys(("concern", "concern-nobodys", "concern-unowned"), ("explain", "aside")),
    "waiting": ("explain", "aside"),
    "merge-party": ("same", "other", "aside"),
    "merge-name": ("same", "other", "aside"),
    "proposal-entry": ("add", "reject", "aside"),
    "proposal-parts": ("parts", "reject", "aside"),
    "proposal-version": ("accept", "reject", "aside"),
}


def load(
    session: Session,
    viewer: Viewer,
    lines: Sequence[Mapping[str, Any]],
    others: Mapping[str, Sequence[str]],
) -> dict[str, Known]:
    """By file number or code what the lines and those alike are about, and their candidates."""
    numbers = {line["document"] for line in lines if line.get("document")}
    numbers |= {number for names in others.values() for name in names if (number := _number(name))}
    numbers |= {number for line in lines for number in line.get("against", ())}
    numbers |= {one["source"] for line in lines for one in line.get("cited_by", ())}
    candidates = {
        one["target"]
        for line in lines
        for one in line.get("candidates", ())
        if one["target_type"] == "document"
    }
    targets = {
        number: Target("document", document_id_of(number)) for number in numbers | candidates
    }
    placed = [targets[number] for number in candidates]
    for line in lines:
        merge = line.get("merge") or {}
        ids = [one for one in (merge.get("party_id"), merge.get("other_id")) if one]
        targets |= {f"party:{one}": Target("party", one) for one in ids}
        if need := line.get("need"):
            number = need["milestone_id"]
            targets[f"milestone:{number}"] = Target("milestone", number)
        if change := line.get("change"):
            targets[f"{CHANGES}:{change['id']}"] = Target(CHANGES, change["id"])
        if concern := line.get("concern"):
            targets[f"{CONCERNS}:{concern['id']}"] = Target(CONCERNS, concern["id"])
    known = load_things(session, viewer, targets.values(), placed=placed)
    return {number: known[target] for number, target in targets.items() if target in known}


def item_of(
    line: Mapping[str, Any],
    known: Mapping[str, Known],
    others: tuple[Thing, ...],
    texts: NullTranslations,
) -> Item:
    sentence = line["sentence"]
    reference: Mapping[str, Any] = line.get("reference") or next(iter(line.get("cited_by", ())), {})
    said = SENTENCES.get(sentence["id"])
    params = dict(sentence["params"])
    if reason := params.get("reason"):
        params["reason"] = tell_reason(reason, texts) or reason
    if reasons := line.get("need", {}).get("reasons"):
        params["reasons"] = ", ".join(texts.gettext(NEED_REASONS[one]) for one in reasons)
    if fact := params.get("fact"):
        params["fact"] = texts.gettext(FIELDS[fact])
    text = fill(said, params, texts) if said else ""
    is_unreadable = line["kind"] == UNREADABLE  # then what would help stands above it
    if is_unreadable:
        text = tell_reason(line["reason"] or "", texts)
    named = () if is_unreadable else line["helps"]
    helps = [texts.gettext(HELPS[name]) for name in named if name in HELPS]
    answers = ANSWERS[sentence["id"]] if line["is_answerable"] else ()
    if answers and line.get("reason_code") in LOCKED and line["media_type"] in UNLOCKABLE:
        answers = ("password", *answers)
    quoted = reference.get("quote")
    return Item(
        id=id_of(line["item"]),
        thing=_thing(line, known),
        since=datetime.fromisoformat(line["since"]),
        answers=answers,
        text=" ".join([text, *helps]).strip(),
        title=_title(line, known),
        owners=tuple(line["owners"]),
        identifier=reference.get("identifier") or "",
        relation=reference.get("relation") or "",
        quote=Quote(quoted) if quoted else None,
        quote_href=place_of(
            reference["source"], reference["page"], reference["start"], reference["end"]
        )
        if quoted
        else "",
        candidates=_candidates(line, known, texts),
        sides=_sides(line),
        parts=_parts(line),
        decided=_decided(line.get("changed"), texts),
        change_href=changed_since(line.get("changed")),
        against=tuple(known[one].thing for one in line.get("against", ()) if one in known),
        alike=others,
    )


def _decided(change: Mapping[str, Any] | None, texts: NullTranslations) -> str:
    """Who decided on what is suspect, when and why; "" where no user did."""
    if not change or not change["by"]:
        return ""
    params = {"by": change["by"], "day": change["at"][:10], "reason": change["reason"]}
    return fill(DECIDED_WHY if change["reason"] else DECIDED, params, texts)


def _parts(line: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The stretches of pages that are proposed, each with the address of its first page."""
    ranges = line["ranges"].split(", ") if line.get("ranges") else ()
    firsts = ((pages, int(pages.partition("-")[0])) for pages in ranges)
    return tuple((pages, place_of(line["document"], first, None, None)) for pages, first in firsts)


def _sides(line: Mapping[str, Any]) -> tuple[Side, ...]:
    """What the data and the page say of a fact, each with its place."""
    readings = line.get("readings", ())
    return tuple(
        Side(said, tuple((one["value"], _source(line["document"], one)) for one in ours))
        for said in ANSWERS_OF_BOTH
        if (ours := [one for one in readings if one["said"] == said])
    )


def _source(document: str, one: Mapping[str, Any]) -> Source:
    place = place_of(document, one["page"], one["start"], one["end"]) if one["page"] else ""
    origin = "data" if one["said"] == "data" else "text"
    return Source(place, origin, one["page"], None, one["where"])


def id_of(item: str) -> str:
    """The name of a line as it stands in an address."""
    return quote(item, safe="/:")


def _number(item: str) -> str:
    """The file number of the document that a line is about; "" where it is a path or a name."""
    kind, _, name = item.partition(":")
    document = name.partition("/")[0]
    return file_number(int(document)) if kind in OF_DOCUMENTS and document.isdecimal() else ""


def things_of(items: Sequence[str], known: Mapping[str, Known]) -> tuple[Thing, ...]:
    """What lines are about, each once: documents, or the paths that can't be taken."""
    found = dict.fromkeys(
        known[number].thing
        if (number := _number(item)) in known
        else Thing("other", item.rpartition("/")[2], "/status", item.partition(":")[2])
        for item in items
    )
    return tuple(found)


def _thing(line: Mapping[str, Any], known: Mapping[str, Known]) -> Thing:
    """What a line is about: a document; the first that waits; a register; a path."""
    if line.get("need"):
        return known[f"milestone:{line['need']['milestone_id']}"].thing
    if line.get("document") in known:
        return known[line["document"]].thing
    if line.get("merge"):
        return known[f"party:{line['merge']['party_id']}"].thing
    if line.get("change"):
        return known[f"{CHANGES}:{line['change']['id']}"].thing
    if line.get("concern"):
        return known[f"{CONCERNS}:{line['concern']['id']}"].thing
    for one in line.get("cited_by", ()):
        if one["source"] in known:
            return known[one["source"]].thing
    if line.get("register"):
        plural = REGISTERS[line["register"]].plural
        return Thing(line["register"], line["name"], f"/{plural}", is_register=True)
    path = line.get("path") or line["item"]
    return Thing("other", path.rpartition("/")[2], "/status", path)


def _title(line: Mapping[str, Any], known: Mapping[str, Known]) -> str:
    if line["kind"] in ("damaged-original", "unreadable", "given-up"):
        return str(line["path"])
    found = known.get(line.get("document") or "")
    return found.title if found else ""


def _candidates(
    line: Mapping[str, Any], known: Mapping[str, Known], texts: NullTranslations
) -> tuple[Candidate, ...]:
    """What a number may mean; what a party may be too, as the only one."""
    if not line.get("merge"):
        return tuple(_candidate(one, known, texts) for one in line.get("candidates", ()))
    merge = line["merge"]
    other = merge["other_id"]
    thing = known[f"party:{other}"].thing if other else called(merge["other"])
    speaks = tuple(fill(SPEAKS[why["id"]], why["params"], texts) for why in merge["because"])
    return (Candidate("", thing, speaks=speaks),)


def _candidate(
    one: Mapping[str, Any], known: Mapping[str, Known], texts: NullTranslations
) -> Candidate:
    is_document = one["target_type"] == "document"
    value = one["target"] if is_document else f"{one['target_type']}:{one['target']}"
    plural = "" if is_document else REGISTERS[one["target_type"]].plural
    found = (
        known[one["target"]]
        if is_document
        else Known(Thing(one["target_type"], one["target"], f"/{plural}/{quote(one['target'])}"))
    )
    speaks = []
    for reason in one["speaks"]:
        params = dict(reason["params"])
        if "kind" in params:
            params["kind"] = texts.gettext(kind_word(params["kind"]).name)
        speaks.append(fill(SPEAKS[reason["id"]], params, texts))
    return Candidate(
        value, found.thing, one["date"], found.revision, found.path, tuple(one["parties"]),
        tuple(speaks),
    )  # fmt: skip
