"""The page of one document, put together: what it is, what is claimed of it, where it was seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final

from babel.support import NullTranslations

from api.pages.document_address import Opened
from api.pages.sentences import fill
from api.pages.things import Said, document_thing, in_order
from archive import inherited
from archive.access import Right, Viewer
from archive.documents import DocumentView
from archive.records import file_number
from archive.vocabulary import (
    APPROVALS,
    KINDS,
    LOCKED,
    NOTHING,
    PRINTED,
    SINGLE_FACTS,
    UNDECIDED,
    UNLOCKABLE,
)
from archive.wanting import UNREADABLE
from web.address import Address
from web.views.common import Amount, Source, Thing
from web.views.document import (
    FactRow,
    Head,
    HistoryRow,
    OldValue,
    SightingRow,
    VersionDay,
    VersionRow,
)
from web.words import FIELDS, Plural, say, say_counted

DOUBTFUL: Final = 0.6  # below it a person should look
#: All values of facts that have a closed list of them.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"kind": KINDS, "approval": APPROVALS}
)
MOST_SIGHTINGS: Final = 40
MOST_OLD: Final = 5  # values of a fact that were taken for so before

#: Events as sentences; `%(name)s` are their details.
SENTENCES: Final[Mapping[str, str | Plural]] = {
    "received": say("Version %(version)s was filed."),
    "sighted": say("It was seen at one more place."),
    "sighted-at": say("It was seen at one more place: %(path)s"),
    "gone": say("It is no longer at a place where it was seen."),
    "gone-at": say("It is no longer at %(path)s"),
    "moved": say("It was moved from %(from)s to %(to)s"),
    "read": say_counted(
        "Version %(version)s was read: %(pages)s page.",
        "Version %(version)s was read: %(pages)s pages.",
        by="pages",
    ),
    "unreadable": say("Version %(version)s could not be read."),
    "pictures-unread": say("Pictures of version %(version)s could not be read."),
    "current": say("Version %(version)s is the current one since then."),
    "joined": say("A version was joined to it."),
    "split": say("A version was split off."),
    "parted": say("Version %(version)s is a document of its own since then: %(target)s."),
    "proposal-accepted": say("It was said that two documents are versions of one."),
    "proposal-rejected": say("It was said that two documents are not versions of one."),
    "proposal-reopened": say("What was said of its versions was taken back."),
    "facts-set": say("Set right: %(facts)s."),
    "facts-carried": say("Stays set right in the new version: %(facts)s."),
    "reference-confirm": say("A reference was confirmed: %(relation)s, %(target)s."),
    "reference-reject": say("A reference was rejected: %(relation)s."),
    "reference-redirect": say("A reference was turned to %(target)s: %(relation)s."),
    "reference-withdraw": say("A ruling on a reference was taken back: %(relation)s."),
    "reference-added": say("A reference was made by hand: %(relation)s %(target)s."),
    "reference-removed": say("A reference made by hand was taken back: %(relation)s."),
    "reread-asked": say("It is to be read again."),
    "part-said": say("Pages %(first)s to %(last)s are a document of their own."),
    "part-taken-back": say("Pages %(first)s to %(last)s are no document of their own any more."),
    "withdrawn": say("It was taken back that its pages are a document of their own."),
    "paper-set": say("It was said where the paper original is."),
    "paper-lent": say("The paper original was lent."),
    "paper-returned": say("The paper original came back."),
    "paper-removed": say("There is no paper original any more."),
    "version-sent": say("Version %(version)s was sent to somebody."),
    "sending-acknowledged": say("Who was sent version %(version)s said that they have it."),
    "sending-not-acknowledged": say("Who was sent version %(version)s did not say so, after all."),
    "sending-taken-back": say("Version %(version)s was not sent, after all."),
    "concern-reported": say("A quality concern was reported from version %(version)s."),
    "disposal-proposed": say("It was proposed to destroy it."),
    "disposal-approved": say("It was approved to destroy it."),
    "disposed": say("Its content was destroyed."),
    "erased": say("Its content and its names were destroyed."),
    "disposal-called-off": say("It is not to be destroyed after all."),
}
#: Said after what a person decided with a reason.
BECAUSE: Final = say("The reason given: %(reason)s")


def may_edit(viewer: Viewer, view: DocumentView, opened: Opened) -> bool:
    """May the viewer set facts right here? What is said holds for the current version."""
    return (
        viewer.may(Right.FILE)
        and view.document.collection_id in viewer.writes
        and view.version.id == view.document.current_version_id
        and not (opened.as_of or opened.on)
    )


def head_of(
    view: DocumentView,
    opened: Opened,
    versions: Sequence[Mapping[str, Any]],
    things: Mapping[Said, Thing],
    *,
    shows_collection: bool,
    gone: datetime | None = None,
) -> Head:
    """The line that says what it is."""
    version, number = view.version, file_number(view.document.id)
    shown = next(one for one in versions if one["version"] == version.number)
    issuer = next(iter(in_order(version.parties)), ("", None))
    is_current = version.id == view.document.current_version_id
    return Head(
        document=number,
        kind=version.kind,
        title=document_thing(view.document.id, version).title,
        number=version.own_number or "",
        revision=version.revision or "",
        issuer=things.get(issuer),
        date=version.date,
        total=Amount(version.total, version.currency or "") if version.total else None,
        version=version.number,
        versions=len(versions),
        is_current=is_current,
        current_href=str(opened.address.without("version").without("as_of").without("on")),
        status=version.status,
        reason_code=version.reason_code,
        password_action=f"/attention/{UNREADABLE}:{view.document.id}/{version.number}"
        if version.reason_code in LOCKED and version.media_type in UNLOCKABLE
        else "",
        reason=version.reason or "",
        collection=view.collection if shows_collection else "",
        original_href=f"/documents/{number}/original"
        + ("" if is_current else f"?version={version.number}"),
        original_name=version.file_name,
        media_type=version.media_type or "",
        size_bytes=shown["size_bytes"],
        sha256=shown["sha256"],
        gone=gone,
    )


def facts_of(
    view: DocumentView,
    opened: Opened,
    facts: Sequence[Mapping[str, Any]],
    things: Mapping[Said, Thing],
) -> tuple[FactRow, ...]:
    """Each fact with its evidence and what was taken for so before."""
    by_name: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for fact in facts:
        by_name[fact["name"]].append(fact)
    rows = []
    for name in SINGLE_FACTS:
        counting = next((fact for fact in by_name[name] if fact["counts"]), None)
        if counting is None:
            rows += _undecided(by_name[name], opened)
            continue
        printed = _printed(by_name[name])
        others = [fact for fact in by_name[name] if fact is not counting and fact not in printed]
        older = [fact for fact in others if fact["value"] != counting["value"]]
        rows.append(_fact(counting, opened, view, older[:MOST_OLD], None))
        rows += [_fact(one, opened, view, (), None) for one in printed]
    return (*rows, *_parties(by_name["party"], view, opened, things))


def _parties(
    facts: Sequence[Mapping[str, Any]],
    view: DocumentView,
    opened: Opened,
    things: Mapping[tuple[str, str | None], Thing],
) -> list[FactRow]:
    """The parties. A person says all of them at once: what was read so too stays as it was read.

    What was said is taken back at once, in the row of the first that was said otherwise.
    """
    standing = [fact for fact in facts if fact["retracted_at"] is None]
    said = [fact for fact in standing if fact["origin"] == "person"]
    read = {(fact["role"], fact["value"]): fact for fact in standing if fact["origin"] != "person"}
    kept = {(fact["role"], fact["value"]) for fact in said}
    rows = []
    for one in said or standing:
        as_read = read.get((one["role"], one["value"]), one)
        older = [
            fact
            for place, fact in read.items()
            if as_read is one and said and place[0] == one["role"] and place not in kept
        ]
        rows.append(
            _fact(as_read, opened, view, older[:MOST_OLD], things.get((one["value"], one["id"])))
        )
    if said:
        first = next((at for at, row in enumerate(rows) if row.is_ruled), 0)
        rows = [replace(row, is_ruled=at == first) for at, row in enumerate(rows)]
    return rows


def _printed(facts: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What the page says otherwise than its data, as long as no person has said which holds."""
    if any(fact["origin"] == "person" and fact["retracted_at"] is None for fact in facts):
        return []
    return [fact for fact in facts if _is_printed(fact) and fact["retracted_at"] is None]


def _is_printed(fact: Mapping[str, Any]) -> bool:
    return bool(fact["rule"] == PRINTED and fact["origin"] != "person")


def _undecided(facts: Sequence[Mapping[str, Any]], opened: Opened) -> list[FactRow]:
    """A row that shows both readings of one place, for a person to choose."""
    open_ones = [
        fact for fact in facts if fact["rule"] == UNDECIDED and fact["retracted_at"] is None
    ]
    if not open_ones:
        return []
    first, readings = open_ones[0], tuple(fact["value"] for fact in open_ones)
    return [FactRow(first["name"], "", _source(first, opened), is_doubtful=True, readings=readings)]


def missing_facts(rows: Sequence[FactRow]) -> tuple[str, ...]:
    """Names of facts that nobody has said anything of."""
    known = {row.name for row in rows}
    return tuple(name for name in SINGLE_FACTS if name not in known)


def _fact(
    fact: Mapping[str, Any],
    opened: Opened,
    view: DocumentView,
    older: Sequence[Mapping[str, Any]],
    thing: Thing | None,
) -> FactRow:
    is_total = fact["name"] in ("total", "net_total")
    return FactRow(
        name=fact["name"],
        value=fact["value"],
        source=None if _is_unsaid(fact) else _source(fact, opened),
        amount=Amount(fact["value"], view.version.currency or "") if is_total else None,
        thing=thing,
        role=fact["role"],
        is_doubtful=fact["confidence"] < DOUBTFUL and fact["origin"] != "person",
        is_ruled=fact["origin"] == "person",
        is_printed=_is_printed(fact),
        choices=CHOICES.get(fact["name"], ()),
        older=tuple(
            OldValue(
                old["value"], _time(old["recorded_at"]), _time_or_none(old["retracted_at"]),
                old["by"],
            )
            for old in older
        ),
    )  # fmt: skip


def _is_unsaid(fact: Mapping[str, Any]) -> bool:
    """A kind that nothing in the file says was read nowhere."""
    return bool(fact["rule"] == NOTHING and fact["origin"] != "person")


def _source(fact: Mapping[str, Any], opened: Opened) -> Source:
    if fact["rule"] == inherited.RULE:
        return Source(f"/documents/{fact['where']}", fact["origin"], None, None, fact["where"])
    mark = None if fact["start"] is None else (fact["start"], fact["end"])
    return Source(
        opened.at(fact["page"], mark) if fact["page"] else "",
        fact["origin"],
        fact["page"],
        None if (fact["quote"] or "").casefold() == fact["value"].casefold() else fact["quote"],
        fact["where"],
        fact["by"] if fact["origin"] == "person" else None,
        fact.get("because", ""),
    )


def days_of(
    view: DocumentView, opened: Opened, versions: Sequence[Mapping[str, Any]], current: int
) -> tuple[VersionDay, ...]:
    """The versions, the latest first, those of one day together."""
    before = {later["version"]: earlier["version"] for earlier, later in pairwise(versions)}
    rows = [
        VersionRow(
            number=one["version"],
            href=str(opened.address.having(
                version="" if one["version"] == current else str(one["version"])
            )),
            received_at=_time(one["recorded_at"]),
            revision=one["revision"] or "",
            date=one["date"],
            path=one["path"],
            is_current=one["version"] == current,
            is_shown=one["version"] == view.version.number,
            status=one["status"],
            difference_href=_difference(opened, before.get(one["version"]), one["version"]),
        )
        for one in reversed(versions)
    ]  # fmt: skip
    days: dict[str, list[VersionRow]] = defaultdict(list)
    for row in rows:  # in the order of revision: one day may come twice
        days[row.received_at.date().isoformat()].append(row)
    return tuple(VersionDay(day, tuple(rows_of_day)) for day, rows_of_day in days.items())


def _difference(opened: Opened, before: int | None, after: int) -> str:
    """The address of what a version changed; "" for the first."""
    if before is None:
        return ""
    place = Address(f"{opened.address.path}/difference").having(as_of=opened.as_of)
    return str(place.having(**{"from": str(before), "to": str(after)}))


def sightings_of(versions: Sequence[Mapping[str, Any]]) -> tuple[SightingRow, ...]:
    """Where the document was seen: where it is now first, then the latest."""
    rows = [
        SightingRow(
            sighting["path"],
            _time(sighting["since"]),
            _time_or_none(sighting["until"]),
            one["version"],
        )
        for one in versions
        for sighting in one["sightings"]
    ]
    rows.sort(key=lambda row: (row.until is not None, -row.since.timestamp(), row.path))
    return tuple(rows[:MOST_SIGHTINGS])


def history_rows(
    items: Sequence[Mapping[str, Any]], facts: Sequence[FactRow], texts: NullTranslations
) -> tuple[HistoryRow, ...]:
    """Events as sentences, the newest first; the two of a move are one.

    Of `facts` those that persons set: what stands of them was said in the newest event of each.
    """
    standing = {fact.name for fact in facts if fact.is_ruled}
    rows = []
    for item in items:
        if "move" in item and item["what"] == "gone":
            continue
        who = "" if item["by"] == "system" else item["by"]
        ruled = tuple(name for name in item.get("facts") or () if name in standing)
        standing.difference_update(ruled)
        rows.append(HistoryRow(_time(item["at"]), _sentence(item, texts), who, ruled))
    return tuple(rows)


def _sentence(item: Mapping[str, Any], texts: NullTranslations) -> str:
    known = defaultdict(str, {name: str(value) for name, value in item.items() if value})
    relation = texts.gettext(known["relation"]) if known["relation"] else ""
    known["relation"] = f"{relation} {known['identifier']}".strip()
    facts = [texts.gettext(FIELDS.get(name, name)) for name in item.get("facts") or ()]
    known["facts"] = ", ".join(facts)
    known["from"], known["to"] = item.get("move") or ("", "")
    what = f"{item['what']}-at" if "path" in item else item["what"]
    sentence = SENTENCES.get("moved" if "move" in item else what)
    text = fill(sentence, known, texts) if sentence else str(item["what"])
    why = item.get("ruling_reason")
    return f"{text} {fill(BECAUSE, {'reason': why}, texts)}" if why else text


def trail_href(document: str) -> str:
    """The trail from here."""
    return str(Address("/trail").having(seed=document))


def back_href(opened: Opened) -> str:
    """The list where one was."""
    return opened.back or (str(Address("/").having(q=opened.query)) if opened.query else "")


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _time_or_none(text: str | None) -> datetime | None:
    return None if text is None else _time(text)
