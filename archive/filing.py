"""The rows that follow from a receipt. The same code files new receipts and replays old ones."""

from __future__ import annotations

import base64
from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from archive import events, jobs, withdrawing
from archive.arrivals import Outcome, Received, TreePlace
from archive.attached import ATTACHED, INTAKE, is_attached
from archive.bulk import chunked, insert_rows
from archive.carried import carry_along
from archive.counters import Block, draw, raise_to
from archive.errors import DamageFound
from archive.ledger import Ledger, Place, Stands
from archive.models import (
    Blob,
    Collection,
    CurrentSpan,
    Document,
    Part,
    Reference,
    Sighting,
    Version,
)
from archive.parts import PARTS_FROM
from archive.sightings import with_inside

IN_CHUNK = 500


class Filing:
    """Turns receipts into rows. One batch of receipts, in their order."""

    def __init__(self, session: Session, ledger: Ledger, at: datetime, actor: str) -> None:
        self._session = session
        self._ledger = ledger
        self._at = at
        self._actor = actor
        self._rows: dict[type[Any], list[dict[str, Any]]] = defaultdict(list)
        self._to_read: dict[bool, list[int]] = {False: [], True: []}
        self._to_index: set[int] = set()
        self._followed: set[int] = set()  # documents that have a new current version
        self._moved: set[int] = set()  # their places changed, and so did those of what is inside
        self._attached: set[tuple[int, int]] = set()  # (child's version, parent's document)
        self._blob_numbers = Block(session, "blob")
        self._reference_numbers = Block(session, "reference")

    def apply(self, receipt: dict[str, Any], answer: Received, *, in_flood: bool = False) -> None:
        """Collect the rows of a sighting's receipt; `write` inserts them."""
        ledger = self._ledger
        collection_id = self._collection(receipt["collection"])
        if answer.outcome in (Outcome.DOCUMENT, Outcome.VERSION):
            self._add_version(receipt, answer, collection_id)
        if "parent" in receipt:
            self._attach(receipt["parent"][0], answer, collection_id)
        # Known bytes at one more place are read again too: names and folders speak.
        self._to_read[in_flood].append(answer.version_id)
        stands = Stands(
            answer.document_id,
            answer.version_id,
            answer.version,
            receipt["sha256"],
            receipt["collection"],
        )
        if answer.outcome is Outcome.SIGHTED:
            self._moved.add(answer.version_id)
        if "pages" in receipt and answer.outcome is not Outcome.DOCUMENT:
            self._come_back(answer)
        place = self._add_sighting(receipt, answer.version_id)
        ledger.learn(stands)
        before = ledger.at_place.get(place)
        if before:
            ledger.places_of[before.document_id].discard(place)
        ledger.at_place[place] = stands
        if "parent" in receipt:
            parent = ledger.parent(*receipt["parent"])
            ledger.inside[parent.version_id, receipt["position"], stands.sha256] = stands
        ledger.is_live[place] = True
        ledger.places_of[stands.document_id].add(place)
        events.record(
            self._session,
            self._at,
            "received" if answer.outcome is not Outcome.SIGHTED else "sighted",
            actor=self._actor,
            collection_id=collection_id,
            document_id=answer.document_id,
            version=answer.version,
            receipt=receipt["receipt"],
            sha256=receipt["sha256"],
        )

    def replay(self, receipt: dict[str, Any]) -> None:
        """Collect the rows of a receipt, unless the database has heard of it.

        Raises `DamageFound` where it lies in a file that is not known: that one's receipt is lost.
        """
        known = select(Sighting.id).where(Sighting.receipt == receipt["receipt"])
        if self._session.execute(known).first():
            return
        self._ledger = Ledger(knows_places=False)
        if "parent" in receipt:
            self._learn_parent(receipt)
        version_id = self._session.execute(
            select(Version.id).where(
                Version.document_id == receipt["document"], Version.number == receipt["version"]
            )
        ).scalar_one_or_none()
        if version_id is not None:
            outcome = Outcome.SIGHTED
        else:  # the first that is told of it, whatever was known then: receipts can be lost
            is_known = self._session.get(Document, receipt["document"]) is not None
            outcome = Outcome.VERSION if is_known else Outcome.DOCUMENT
            raise_to(self._session, "document", receipt["document"])
            version_id = draw(self._session, "version")
        blob_id = self._session.execute(
            select(Blob.id).where(Blob.sha256 == receipt["sha256"])
        ).scalar_one_or_none()
        if blob_id is not None:
            self._ledger.blobs[receipt["sha256"]] = blob_id
        answer = Received(receipt["document"], version_id, receipt["version"], outcome)
        self.apply(receipt, answer)

    def _learn_parent(self, receipt: dict[str, Any]) -> None:
        document, version = receipt["parent"]
        parent = self._session.execute(
            select(Version.id).where(Version.document_id == document, Version.number == version)
        ).scalar_one_or_none()
        if parent is None:
            raise DamageFound(
                f"Receipt {receipt['receipt']}, of document {receipt['document']}: what it lies in "
                "is not known. Run `crossfile verify`."
            )
        self._ledger.parents[parent] = Stands(document, parent, version, "", "")
        if "pages" in receipt:
            self._learn_part(receipt, parent)

    def _learn_part(self, receipt: dict[str, Any], bundle: int) -> None:
        """That a person said so of these pages, where that is lost; its number is in the place."""
        number, (first, last) = receipt["position"] - PARTS_FROM, receipt["pages"]
        if self._session.get(Part, number) is None:
            pages = {"first_page": first, "last_page": last}
            part = Part(id=number, version_id=bundle, recorded_at=self._at, **pages)
            self._session.add(part)
            self._session.flush()

    def apply_gone(self, *receipts: dict[str, Any]) -> None:
        """Close the sightings that the receipts name. Closing a closed one changes nothing.

        `write` asks the index for what is shown elsewhere now.
        """
        said = {receipt["of"]: receipt["receipt"] for receipt in receipts}
        for chunk in chunked(said):
            named = Sighting.receipt.in_(chunk), Sighting.until.is_(None)
            rows = self._session.execute(
                select(
                    Sighting.receipt,
                    Version.document_id,
                    Document.collection_id,
                    Version.number,
                    Sighting.version_id,
                    Sighting.parent_version_id,
                    Sighting.position,
                )
                .join(Version, Version.id == Sighting.version_id)
                .join(Document, Document.id == Version.document_id)
                .where(*named)
                .order_by(Sighting.id)
            ).all()
            self._session.execute(update(Sighting).where(*named).values(until=self._at))
            for row in rows:
                self._moved.add(row.version_id)
                number = (row.position or 0) - PARTS_FROM
                if row.parent_version_id is not None and number >= 0:
                    withdrawing.leave(
                        self._session, row.version_id, row.parent_version_id, self._at
                    )
                    part = Part.id == number, Part.retracted_at.is_(None)
                    self._session.execute(update(Part).where(*part).values(retracted_at=self._at))
                events.record(
                    self._session,
                    self._at,
                    "gone",
                    actor=self._actor,
                    collection_id=row.collection_id,
                    document_id=row.document_id,
                    version=row.number,
                    receipt=said[row.receipt],
                )

    def touch(self, place: TreePlace) -> None:
        """The same bytes at the same place, with another time or inode: remember those."""
        self.write()
        self._session.execute(
            update(Sighting)
            .where(
                Sighting.root == place.root,
                Sighting.path == place.path,
                Sighting.until.is_(None),
            )
            .values(mtime_ns=place.mtime_ns, inode=place.inode)
        )

    def write(self) -> None:
        """Insert what was collected, parents first, and ask for the reading of what is new."""
        for model in (Blob, Document, Version, Sighting, CurrentSpan, Reference):
            insert_rows(self._session, model, self._rows[model])
        self._rows.clear()
        if self._followed:
            carry_along(self._session, self._followed, self._at)
            self._followed.clear()
        self._blob_numbers.give_back()
        self._reference_numbers.give_back()
        for in_flood, versions in self._to_read.items():
            jobs.enqueue(self._session, jobs.JobKind.PARSE, versions, self._at, later=int(in_flood))
            versions.clear()
        self._ask_index()

    def _ask_index(self) -> None:
        """The index learns what changed of versions that it holds; the others are still read."""
        changed = sorted(self._to_index | with_inside(self._session, self._moved))
        self._to_index.clear()
        self._moved.clear()
        for start in range(0, len(changed), IN_CHUNK):
            is_read = Version.id.in_(changed[start : start + IN_CHUNK]), Version.status != "queued"
            versions = self._session.scalars(select(Version.id).where(*is_read))
            jobs.enqueue(self._session, jobs.JobKind.INDEX, versions, self._at)

    def _add_version(self, receipt: dict[str, Any], answer: Received, collection_id: int) -> None:
        sha256 = receipt["sha256"]
        blobs = self._ledger.blobs
        if sha256 not in blobs:
            blobs[sha256] = self._blob_numbers.take()
            self._rows[Blob].append(
                {
                    "id": blobs[sha256],
                    "sha256": sha256,
                    "size_bytes": receipt["size"],
                    "created_at": self._at,
                }
            )
        if answer.outcome is Outcome.DOCUMENT:
            self._rows[Document].append(
                {
                    "id": answer.document_id,
                    "collection_id": collection_id,
                    "current_version_id": answer.version_id,
                    "last_version": answer.version,
                    "created_at": self._at,
                }
            )
        else:
            self._follow(answer)
        self._rows[Version].append(
            {
                "id": answer.version_id,
                "document_id": answer.document_id,
                "number": answer.version,
                "blob_id": blobs[sha256],
                "received_at": self._at,
                "file_name": receipt.get("name") or receipt["path"].rpartition("/")[2],
            }
        )
        self._rows[CurrentSpan].append(
            {
                "document_id": answer.document_id,
                "version_id": answer.version_id,
                "since": self._at,
                "until": None,
            }
        )
        if "derived_from" in receipt:  # it took another's place
            self._link("derived-from", receipt["derived_from"], answer, collection_id)
        self._ledger.last_version[answer.document_id] = answer.version

    def _follow(self, answer: Received) -> None:
        """A version after the first: it is the current one until reading says otherwise."""
        self.write()  # what the batch holds so far, so that the updates below find it
        before = select(Document.current_version_id).where(Document.id == answer.document_id)
        self._to_index.update(i for i in self._session.scalars(before) if i is not None)
        self._session.execute(
            update(Document)
            .where(Document.id == answer.document_id)
            .values(current_version_id=answer.version_id, last_version=answer.version)
        )
        self._followed.add(answer.document_id)
        self._session.execute(
            update(CurrentSpan)
            .where(CurrentSpan.document_id == answer.document_id, CurrentSpan.until.is_(None))
            .values(until=self._at)
        )

    def _come_back(self, answer: Received) -> None:
        """Pages of a bundle are a document again, or one that is known by other places."""
        self.write()
        withdrawing.come_back(self._session, answer.document_id, self._at)

    def _attach(self, parent: int, answer: Received, collection_id: int) -> None:
        """A child is attached to each document in which its bytes are, once."""
        pair = (answer.version_id, parent)
        is_known = pair in self._attached
        if answer.outcome is Outcome.SIGHTED and not is_known:
            is_known = is_attached(self._session, *pair)
        if not is_known:
            self._link(ATTACHED, parent, answer, collection_id)
        self._attached.add(pair)

    def _link(self, relation: str, target: int, answer: Received, collection_id: int) -> None:
        """A version leads to a document by where it lies, whatever its text says."""
        self._rows[Reference].append(
            {
                "id": self._reference_numbers.take(),
                "collection_id": collection_id,
                "document_id": answer.document_id,
                "version_id": answer.version_id,
                "relation": relation,
                "origin": "data",
                "rule": INTAKE,
                "mention_count": 0,
                "fixed_document_id": target,
                "recorded_at": self._at,
            }
        )

    def _add_sighting(self, receipt: dict[str, Any], version_id: int) -> Place:
        row: dict[str, Any] = {
            "version_id": version_id,
            "since": self._at,
            "size_bytes": receipt["size"],
            "receipt": receipt["receipt"],
            "root": receipt.get("root"),
            "path": receipt.get("path"),
            "raw_path": base64.b64decode(receipt["raw"]) if "raw" in receipt else None,
            "mtime_ns": receipt.get("mtime_ns", 0),
            "inode": receipt.get("inode", 0),
            "parent_version_id": None,
            "position": receipt.get("position"),
            "name": receipt.get("name"),
        }
        place: Place
        if "parent" in receipt:
            parent = self._ledger.parent(*receipt["parent"])
            row["parent_version_id"] = parent.version_id
            inside = (parent.version_id, receipt["name"], receipt["position"])
            place = self._ledger.key_inside(*inside)
        else:
            place = (receipt["root"], receipt["path"])
            self._close(receipt)
        self._rows[Sighting].append(row)
        return place

    def _close(self, receipt: dict[str, Any]) -> None:
        """Whatever stood at this path until now no longer does."""
        place = (receipt["root"], receipt["path"])
        if self._ledger.is_live.get(place, not self._ledger.knows_places):
            self.write()
            here = (
                Sighting.root == place[0],
                Sighting.path == place[1],
                Sighting.until.is_(None),
            )
            self._moved.update(self._session.scalars(select(Sighting.version_id).where(*here)))
            self._session.execute(update(Sighting).where(*here).values(until=self._at))

    def _collection(self, name: str) -> int:
        known = self._ledger.collections
        if name not in known:
            found = self._session.execute(
                select(Collection.id).where(Collection.name == name)
            ).scalar_one_or_none()
            if found is None:
                found = self._session.execute(
                    insert(Collection).values(name=name).returning(Collection.id)
                ).scalar_one()
            known[name] = found
        return known[name]
