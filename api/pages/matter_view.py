"""A matter as its page shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from babel.support import NullTranslations
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.pages.custody_rows import custodian_row
from api.pages.document_address import place_of
from api.pages.registers import pager
from api.pages.search_words import said_note
from api.pages.things import Known, load_things
from archive import custodian_views, holding, matter_entries, matter_history, matter_members
from archive.access import Right, Viewer
from archive.config import Config
from archive.holding import HoldView
from archive.matter_entries import SHOWN, EntryLine
from archive.matter_history import GatheringView
from archive.matter_sayings import Said
from archive.matters import MatterView
from archive.models import Entry as EntryRow
from archive.records import document_id_of
from archive.references import Target
from archive.trail import DEFAULT_DEPTH
from web.address import Address
from web.matter_words import SHOWS
from web.views.common import Choice, Field
from web.views.matters import (
    GatheringRow,
    HoldRow,
    Mark,
    MatterEntry,
    MatterMember,
    MatterPage,
)
from web.views.trail import Because

ON_A_PAGE: Final = 50
MOST_REASONS: Final = 3  # of one document; the API tells all
MOST_GATHERINGS: Final = 20
MOST_LEFT_OUT: Final = 50  # of each sort; the API tells all
OPTIONS: Final = ("depth", "since", "until", "as_of", "on", "relations", "kinds")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the documents is shown."""

    show: str = ""
    page: int = 1


def page_of_matter(
    session: Session,
    viewer: Viewer,
    matter: MatterView,
    asked: Asked,
    texts: NullTranslations,
    config: Config,
) -> MatterPage:
    """The page of a matter that the viewer is in."""
    path = f"/matters/{matter.id}"
    latest = matter_history.latest(session, matter.id)
    found = matter_entries.list_entries(
        session, viewer, matter.id, show=asked.show, gathering=latest, limit=ON_A_PAGE,
        offset=(asked.page - 1) * ON_A_PAGE,
    )  # fmt: skip
    address = Address(path).having(show=asked.show)
    shows = tuple(
        Choice(
            one, texts.gettext(SHOWS[one]), str(Address(path).having(show=one)), one == asked.show
        )
        for one in ("", *SHOWN)
    )
    may_hold = viewer.may(Right.TRAIL)
    return MatterPage(
        path=path, name=matter.name, reference=matter.reference, parties=matter.parties,
        state=matter.state, opened_on=matter.opened_on, closed_on=matter.closed_on,
        revision=matter.revision, may_hold=may_hold,
        may_work=may_hold and matter.state == "open",
        members=tuple(
            MatterMember(one.user, one.name, one.is_responsible)
            for one in matter_members.members(session, viewer, matter.id)
        ),
        shows=shows,
        rows=_rows(session, viewer, found.items, latest),
        total=found.total,
        options=_options(),
        gatherings=tuple(
            _gathering(one, texts)
            for one in matter_history.list_gatherings(session, viewer, matter.id)
        )[:MOST_GATHERINGS],
        holds=tuple(
            _hold(session, viewer, one, config)
            for one in holding.list_holds(session, viewer, matter_id=matter.id).items
        ),
        pager=pager(address, asked.page, found.total, ON_A_PAGE),
    )  # fmt: skip


def _rows(
    session: Session, viewer: Viewer, lines: Sequence[EntryLine], latest: int
) -> tuple[MatterEntry, ...]:
    targets = _targets(session, viewer, lines)
    known = load_things(session, viewer, targets.values())
    return tuple(
        MatterEntry(
            thing=known[targets["document", line.document]].thing,
            document=line.document,
            title=line.title,
            date=line.date,
            received_at=line.received_at.date().isoformat(),
            is_new=latest > 1 and line.first == latest,
            begun=tuple(
                (how, one[how])
                for one in line.because
                for how in ("seed", "search", "by")
                if how in one
            )[:MOST_REASONS],
            because=_because(line, targets, known),
            decision=_mark(line.said, "decision"),
            privileged=_mark(line.said, "privileged"),
            confidential=_mark(line.said, "confidential"),
            redacted=_mark(line.said, "redacted"),
            note=_mark(line.said, "note"),
            place=_mark(line.said, "place").value,
        )
        for line in lines
    )


def _targets(
    session: Session, viewer: Viewer, lines: Sequence[EntryLine]
) -> dict[tuple[str, str], Target]:
    """The documents, and the other ends of their reasons, by (type, name)."""
    wanted = {("document", line.document) for line in lines}
    for line in lines:
        for one in line.because:
            if "from" in one:
                wanted.add(("document", one["from"]))
                wanted |= {(one["to_type"], one["to"])} if one["to"] else set()
    rows = session.execute(
        select(EntryRow.register, EntryRow.code, EntryRow.id)
        .where(
            EntryRow.code.in_([code for kind, code in wanted if kind != "document"]),
            EntryRow.collection_id.in_(viewer.reads),
        )
        .order_by(EntryRow.id.desc())
    )
    return {
        **{name: Target("document", document_id_of(name[1])) for name in wanted
           if name[0] == "document"},
        **{(kind, code): Target(kind, number) for kind, code, number in rows},
    }  # fmt: skip


def _because(
    line: EntryLine,
    targets: Mapping[tuple[str, str], Target],
    known: Mapping[Target, Known],
) -> tuple[Because, ...]:
    found: list[Because] = []
    for one in line.because:
        if "from" not in one or len(found) == MOST_REASONS:
            continue
        is_inbound = one["from"] != line.document
        end = ("document", one["from"]) if is_inbound else (one["to_type"], one["to"])
        other = known.get(targets[end]) if end in targets else None
        if other is not None:
            href = place_of(one["from"], one["page"], None, None) if one["quote"] else ""
            found.append(
                Because(
                    other.thing, one["relation"], is_inbound, one["quote"] or "", one["page"], href
                )
            )
    return tuple(found)


def _mark(said: Mapping[str, Said], what: str) -> Mark:
    one = said.get(what)
    return Mark(one.value, one.reason, one.who) if one else Mark()


def _options() -> tuple[Field, ...]:
    types = {"depth": "number", "relations": "text", "kinds": "text"}
    return tuple(
        Field(name, str(DEFAULT_DEPTH) if name == "depth" else "", types.get(name, "date"))
        for name in OPTIONS
    )


def _gathering(one: GatheringView, texts: NullTranslations) -> GatheringRow:
    return GatheringRow(
        one.number, one.at, one.who, asked_of(one.asked), one.new,
        tuple((line["document"], line["limit"]) for line in one.limits[:MOST_LEFT_OUT]),
        len(one.limits), one.lists[:MOST_LEFT_OUT],
        tuple(dict.fromkeys(line["identifier"] for line in one.missing))[:MOST_LEFT_OUT],
        one.unknown,
        tuple((note["asked"], said_note(note, texts.gettext)) for note in one.notes),
        tuple((line["asked"], line["reason"]) for line in one.refused),
    )  # fmt: skip


def _hold(session: Session, viewer: Viewer, one: HoldView, config: Config) -> HoldRow:
    people = custodian_views.custodians_of(session, viewer, one.id)
    is_open = one.released_at is None
    return HoldRow(
        one.id, one.name, one.ground, asked_of(one.asked), one.documents, one.placed_at, one.who,
        one.released_at, one.release_reason,
        tuple(custodian_row(it, one.id) for it in people),
        custodian_views.proposed(session, viewer, one.id, config) if is_open else (),
        people[-1].text if people else "",
    )  # fmt: skip


def asked_of(asked: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """What was asked, as it is shown: nothing of what was left empty."""
    shown = (
        (name, "; ".join(map(str, one)) if isinstance(one, list) else one)
        for name, one in asked.items()
    )
    return tuple((name, str(one)) for name, one in shown if one not in (None, ""))
