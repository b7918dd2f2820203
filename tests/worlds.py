"""Small worlds built in one process from their plans (tests/world_plans.py), whole or as seen."""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from archive import (
    by_hand,
    jobs,
    matter_gathering,
    matter_sayings,
    merges,
    papers,
    planning,
    registers,
    rulings,
    troubles,
)
from archive.access import Viewer, operator
from archive.arrivals import Arrival, TreePlace
from archive.config import Config
from archive.db import Database
from archive.errors import Conflict, NotFound, UsageError
from archive.intake import Intake
from archive.jobs import JobKind
from archive.matter_gathering import Asked
from archive.models import (
    Account,
    Collection,
    Document,
    Grant,
    Matter,
    MatterMember,
    NumberAlias,
    Sighting,
    Version,
)
from archive.papers import PaperSaid
from archive.plan_templates import PlannedNeed
from archive.references import Target, outgoing
from archive.register_fields import register_of
from archive.rulings import OnReference
from archive.seeds import find_seed
from archive.vault import Vault
from indexer import stage_child, stage_settings
from indexer.cage import CageAnswer, CageTask
from indexer.indexing import Indexing
from indexer.naming import NameSearch, Naming
from indexer.search.engines import index_folders
from indexer.stages import Done, Stages, load_subjects, record
from tests.world_disposals import hold_all, propose_hidden
from tests.world_plans import (
    BEGUN,
    LEASE,
    File,
    Gone,
    Link,
    Merge,
    Register,
    Rule,
    Say,
    Shelve,
    Step,
    Trouble,
    Work,
    WorldPlan,
)
from tests.world_questions import MATTER

#: What every milestone of a world needs: documents that its files may be, and a person.
NEEDS = (
    PlannedNeed(name="An order", kind="purchase-order", party="Acme AB"),
    PlannedNeed(name="An invoice", kind="invoice"),
    PlannedNeed(name="Another invoice", kind="invoice", state="valid"),
    PlannedNeed(name="Anything", kind="other", state="approved"),
    PlannedNeed(name="Who leads it", what="person", responsible="Eva"),
)


class NearCage:
    """Does at once, in this process, what a cage does in another, and once for the same bytes."""

    def __init__(self, config: Config) -> None:
        self._answer = stage_child.handle(stage_settings.settings_of(config, ocr_languages=()))
        self.schemes = stage_settings.schemes_of(config)
        self._answers: dict[str, tuple[str, bytes]] = {}

    def submit(self, task: CageTask) -> Future[CageAnswer]:
        future: Future[CageAnswer] = Future()
        assert isinstance(task.file, Path)  # in the vault, where its name is its SHA-256
        asked = json.dumps([task.file.name, task.request], sort_keys=True)
        if asked not in self._answers:
            with task.file.open("rb") as stream:
                header, body = self._answer(dict(task.request), stream.fileno())
            self._answers[asked] = json.dumps(header), body
        told, body = self._answers[asked]
        future.set_result(CageAnswer(json.loads(told), body))
        return future


class BuiltWorld:
    """One of the two worlds of a plan: a data folder, filled step by step."""

    def __init__(self, config: Config, template: Path, tables: Path, cage: NearCage) -> None:
        self.now = BEGUN
        self.config = config
        self.folder = config.data.folder
        self._template, self._tables = template, tables
        (self.folder / "index").mkdir(parents=True)
        for table in tables.glob("*.table"):
            os.link(table, self.folder / "index" / table.name)
        self.database = Database(f"sqlite:///{self.folder / 'crossfile.sqlite'}")
        self.vault = Vault(self.folder / "vault")
        self.vault.prepare()
        self.intake = Intake(self.database, self.vault, self.clock)
        self._stages = Stages(config, self.vault, cage)  # type: ignore[arg-type]
        self.schemes = cage.schemes
        self._learn_no_names()

    def empty(self) -> None:
        """Begin anew, with nothing in the data folder."""
        self.now = BEGUN
        self.database.close()
        for path in self.folder.glob("crossfile.sqlite*"):
            path.unlink()
        shutil.copyfile(self._template, self.folder / "crossfile.sqlite")
        shutil.rmtree(self.vault.folder / "journal")
        (self.vault.folder / "journal").mkdir()  # blobs stay: the same bytes are the same file
        for path in (self.folder / "index").iterdir():
            if path.is_dir():
                shutil.rmtree(path)
        self._learn_no_names()

    def _learn_no_names(self) -> None:
        self._naming = Naming(self.schemes, self.config.filing_rules)
        names = Naming(self.schemes, self.config.filing_rules)
        self._names = NameSearch(self.database, names, self.clock, "world")

    def clock(self) -> datetime:
        return self.now

    def close(self) -> None:
        self.database.close()

    def build(self, steps: Sequence[Step | None]) -> None:
        for number, step in enumerate(steps):
            self.now = BEGUN + timedelta(minutes=number)
            if step is not None:
                self._do(step)
        self.now = BEGUN + timedelta(minutes=len(steps))
        self.work()

    def _do(self, step: Step) -> None:
        match step:
            case File(path, collection, content):
                blob = self.vault.put(io.BytesIO(content), max_bytes=1 << 24)
                self.intake.receive([Arrival(blob, collection, TreePlace("filing", path))])
            case Gone(path):
                self.intake.gone("filing", [path])
            case Register(name, collection, values):
                self._register(name, collection, dict(values))
            case Trouble(path, collection):
                with self.database.write() as session:
                    troubles.note(session, "filing", path, collection, "locked", self.now)
            case Work():
                self.work()
            case _:
                self.work()
                with self.database.write() as session:
                    try:
                        self._by_hand(session, step)
                    except (Conflict, NotFound, UsageError):
                        session.rollback()
                        session.info.pop("events", None)

    def _register(self, name: str, collection: str, values: dict[str, str]) -> None:
        register = register_of(name)
        with self.database.write() as session:
            by = operator(session)
            known = {row.name for row in session.scalars(select(Collection))}
            if collection not in known:
                session.execute(insert(Collection).values(name=collection))
                by = operator(session)
            try:
                entry = registers.get(
                    session, by, register, values[register.code], schemes=self.schemes,
                    collection=collection,
                )  # fmt: skip
                registers.edit(
                    session, by, entry, values, self.now, schemes=self.schemes,
                    revision=entry.revision,
                )  # fmt: skip
            except NotFound:
                made = registers.create(
                    session, by, register, values, self.now, schemes=self.schemes,
                    collection=collection,
                )  # fmt: skip
                for need in NEEDS if name == "milestone" else ():
                    planning.add_need(session, by, made, need, self.now)

    def _merge(self, session: Any, step: Merge) -> None:
        known = {row.name: row.id for row in session.scalars(select(Collection))}
        both = frozenset(known.get(name, 0) for name in (step.collection, step.owner))
        by = Viewer("user:1", "coordinator", both, both)
        one, other = (
            registers.get(
                session, by, register_of("party"), name, schemes=self.schemes,
                collection=owner, as_it_is=True,
            ).id
            for name, owner in ((step.name, step.collection), (step.into, step.owner))
        )  # fmt: skip
        merges.merge(session, by, one, other, self.now)

    def _by_hand(self, session: Any, step: Rule | Link | Say | Shelve | Merge) -> None:
        """What persons say; they see everything, and mean what lies at a path now."""
        if isinstance(step, Merge):
            self._merge(session, step)
            return
        by = operator(session)
        document_id = self._at(session, step.path)
        match step:
            case Say(_, name, value):
                rulings.set_facts(
                    session, by, document_id, {name: value}, self.now, schemes=self.schemes
                )
            case Shelve(_, place, lent_to):
                said = PaperSaid(place, "copy", lent_to, date(2026, 1, 1) if lent_to else None)
                papers.set_paper(session, by, document_id, said, self.now)
            case Link(_, relation, target, owner):
                end = self._target(session, target, owner)
                by_hand.add_reference(session, by, document_id, relation, end, self.now)
            case Rule(_, place, decision, target, owner):
                current = session.get_one(Document, document_id).current_version_id
                found = [
                    (row.scheme, row.key, row.relation)
                    for row in (v.row for v in outgoing(session, by, version_ids=[current]))
                    if row.key and row.origin in ("text", "data") and not row.dictionary_entry_id
                ]
                if not found:
                    raise NotFound("reference", place)
                what = OnReference(document_id, *sorted(found)[place % len(found)])
                end = None if decision == "reject" else self._target(session, target, owner)
                rulings.rule(session, by, what, decision, self.now, target=end)

    def _at(self, session: Any, path: str) -> int:
        """The document that is at a path now; never one of another collection that once was."""
        row = session.execute(
            select(Document.id)
            .join(Version, Version.document_id == Document.id)
            .where(Version.id.in_(live_versions(session, path)))
        ).first()
        if row is None:
            raise NotFound("document", path)
        return row[0]

    def _target(self, session: Any, target: str, owner: str) -> Target:
        if not owner:
            return Target("document", self._at(session, target))
        ids = session.scalars(select(Collection.id).where(Collection.name == owner))
        only = Viewer("system", "administrator", frozenset(ids), frozenset())
        return find_seed(session, only, target)

    def work(self) -> None:
        """Read all that waits, in the order in which it came, then look for names."""
        while True:
            with self.database.write() as session:
                claimed = jobs.claim(
                    session, (JobKind.PARSE,), by="world", at=self.now, lease=LEASE, limit=64
                )
                subjects = load_subjects(session, claimed)
            if not claimed and not self._names.step():
                return
            done = [
                self._stages.finish(self._stages.start(job, subjects[job.subject]))
                for job in claimed
            ]
            if done:
                ours = [one for one in done if isinstance(one, Done)]
                assert len(ours) == len(done)
                self.intake.receive([arrival for one in ours for arrival in one.children])
                with self.intake.deciding() as (session, receipts):
                    jobs.finish(session, claimed, by="world")
                    record(session, receipts, ours, self.now, naming=self._naming, has_ocr=False)

    def grant(self, plan: WorldPlan) -> int:
        """Make the viewer, `vera`, who may read the collections of the plan; her account's id."""
        with self.database.write() as session:
            account = Account(name="vera", role=plan.role, created_at=BEGUN)
            session.add(account)
            session.flush()
            for name in sorted(plan.reads):
                found = session.scalar(select(Collection.id).where(Collection.name == name))
                if found is None:
                    found = session.execute(
                        insert(Collection).values(name=name).returning(Collection.id)
                    ).scalar_one()
                session.add(Grant(collection_id=found, account_id=account.id, right=plan.right))
            return account.id

    def open_matter(self, plan: WorldPlan) -> None:
        """Somebody else has a matter with all that there is in it, under a hold.

        And proposes to destroy what the plan's viewer may not read.
        """
        day = BEGUN.date().isoformat()
        with self.database.write() as session:
            other = Account(name="mona", role="legal", created_at=BEGUN)
            matter = Matter(
                id=MATTER, name="Secret", reference="", state="open", opened_on=day,
                created_at=BEGUN,
            )  # fmt: skip
            session.add_all([other, matter])
            session.flush()
            session.add(
                MatterMember(
                    matter_id=MATTER, account_id=other.id, is_responsible=True, recorded_at=BEGUN
                )
            )
            every = frozenset(session.scalars(select(Collection.id)))
            by = Viewer(f"user:{other.id}", "legal", every, every, other.id, "mona")
            documents = list(session.scalars(select(Document.id)))
            found = matter_gathering.collect(
                session, by, Asked(searches=("all",)), searching=lambda *_: documents,
                entry_schemes=(),
            )  # fmt: skip
            matter_gathering.keep(session, by, MATTER, found, self.now)
            for document in documents:
                matter_sayings.say(
                    session, by, MATTER, [document], "privileged", "yes", self.now, reason="law"
                )
            hold_all(session, other.id, sorted(every), self.now)
            propose_hidden(session, plan, other.id, self.now)

    @contextmanager
    def indexed(self, engine: str) -> Iterator[Config]:
        """Freshly rebuilt indexes of all collections; gives their configuration."""
        search = self.config.search.model_copy(update={"engine": engine})
        config = self.config.model_copy(update={"search": search})
        folders = index_folders(config)
        indexing = Indexing(
            self.database, folders, self.folder, commit_s=1.0, clock=self.clock, worker="world"
        )
        assert indexing._hold()  # there is none, or one of the other engine: all are made anew
        indexing.close()
        yield config

    def file_numbers(self, plan: WorldPlan) -> tuple[list[int], list[int]]:
        """Ids of documents, also former ones, that the viewer sees; and of all others."""
        with self.database.read() as session:
            wanted = select(Collection.id).where(Collection.name.in_(plan.reads))
            ids = frozenset(session.scalars(wanted))
            rows = session.execute(select(Document.id, Document.collection_id)).all()
            former = session.execute(
                select(NumberAlias.document, Document.collection_id)
                .join(Version, Version.id == NumberAlias.version_id)
                .join(Document, Document.id == Version.document_id)
            ).all()
        seen = {number for number, owner in (*rows, *former) if owner in ids}
        return sorted(seen), sorted({number for number, _ in (*rows, *former)} - seen)


def live_versions(session: Any, path: str) -> list[int]:
    """The versions that lie at a path now."""
    return list(
        session.scalars(
            select(Sighting.version_id).where(
                Sighting.root == "filing", Sighting.path == path, Sighting.until.is_(None)
            )
        )
    )
