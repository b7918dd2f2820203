"""What a person may not see changes nothing that the person can see.

Each world is built twice, whole and without anything that is in a hidden collection; the same
viewer asks both the same over HTTP. File and event numbers, ids of rows and `took_ms` aside, each
answer is equal. `CROSSFILE_WORLDS=500` asks more of it than the sample of every test run,
`CROSSFILE_WORLDS_SEED=1` of other worlds.
"""

from __future__ import annotations

import asyncio
import difflib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from pwdlib.hashers.argon2 import Argon2Hasher

from api.app import ROUTERS, create_app
from api.finder import Finder
from api.service import Services
from archive import tokens
from archive.access import operator
from archive.config import Config, DataSection, RootSection
from archive.config_rules import FilingRule, RetentionClass
from archive.errors import NotFound
from archive.passwords import Passwords
from indexer.search.lemmas import Lemmas
from tests.world_answers import at_once, comparable, get
from tests.world_plans import COLLECTIONS, PARTS, WorldPlan, plans, seen_steps
from tests.world_questions import ELSEWHERE, OF_THE_INDEX, QUESTIONS, questions
from tests.worlds import BuiltWorld, NearCage
from web.render import Pages

SHORT = RetentionClass(name="short", counted_from="date", months=1, then="destroy")

WORLDS = int(os.environ.get("CROSSFILE_WORLDS", "40"))
SEED = int(os.environ.get("CROSSFILE_WORLDS_SEED", "0"))  # the same worlds for the same seed


def test_every_route_that_tells_something_has_its_questions():
    there = {
        route.path
        for router in ROUTERS
        for route in router.routes
        if "GET" in getattr(route, "methods", ())
    }
    assert there == set(QUESTIONS) | ELSEWHERE


class NoPictures:
    """Stands for the cage that makes page pictures: the worlds' formats have none."""

    def png(
        self, sha256: str, media_type: str | None, page: int, dpi: int, passwords: Any
    ) -> bytes:
        raise NotFound("picture of page", page)

    def boxes(
        self, sha256: str, media_type: Any, page: Any, spans: list[Any], passwords: Any
    ) -> list[list[Any]]:
        return [[] for _ in spans]


@dataclass
class Bench:
    """What all worlds share, and where they are built."""

    folder: Path
    template: Path
    tables: Path
    cage: NearCage
    pages: Pages
    sides: tuple[Side, ...] = ()
    count: int = 0
    equal: int = 0
    asked: int = 0
    differences: list[str] = field(default_factory=list)  # of each world that is not equal
    seconds: dict[str, float] = field(default_factory=dict)

    def spent(self, what: str, since: float) -> float:
        now = time.process_time()
        self.seconds[what] = self.seconds.get(what, 0) + now - since
        return now


def settings_in(folder: Path) -> Config:
    rules = ("products/{product}/{kind}/**", "orders/{party}/**")
    return Config(
        data=DataSection(folder=folder),
        filing_rules=tuple(FilingRule(match=match) for match in rules),
    )


@pytest.fixture(scope="module")
def bench(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path, lemma_tables: Path
) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("worlds")
    lemma_tables.mkdir(parents=True, exist_ok=True)
    lemmas = Lemmas(lemma_tables)
    for language in ("en", "sv"):
        set(lemmas.terms(["brackets"], language))
    made = Bench(folder, sqlite_template, lemma_tables, NearCage(settings_in(folder)), Pages())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(anyio.to_thread, "run_sync", at_once)
        made.sides = (Side(made, "whole"), Side(made, "bare"))
        yield made
        for side in made.sides:
            side.close()
    times = ", ".join(f"{name} {spent:.1f}" for name, spent in made.seconds.items())
    each = sum(made.seconds.values()) / max(made.count, 1)
    print(f"\n{made.equal} of {made.count} worlds are equal; {made.asked} questions, ", end="")
    print(f"{each:.2f} CPU s a world ({times} s)")


class Side:
    """One of the two worlds, and the service that answers over it. Used for one plan after another:
    to make an application takes longer than a world."""

    def __init__(self, bench: Bench, name: str) -> None:
        self.name = name
        config = settings_in(bench.folder / name)
        self.world = BuiltWorld(config, bench.template, bench.tables, bench.cage)
        world = self.world
        passwords = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
        self.services = Services(
            config, world.database, world.vault, world.intake, world.clock, passwords
        )
        vars(self.services)["pictures"] = NoPictures()
        self.app = create_app(self.services, bench.pages)
        self.headers: dict[str, str] = {}

    def begin(self, plan: WorldPlan) -> None:
        """Build this side's world of another plan, with its viewer."""
        world = self.world
        is_whole = self.name == "whole"
        roots = tuple(map(_root, COLLECTIONS if is_whole else sorted(plan.reads)))
        vars(self.services)["config"] = world.config.model_copy(
            update={"roots": roots, "retention": (SHORT,)}
        )
        world.empty()
        self.app.state.waiting.forget()
        vars(self.services).pop("discrepancies", None)  # as many events are no sign of one world
        world.build(plan.steps if is_whole else seen_steps(plan))
        account = world.grant(plan)
        if is_whole:
            world.open_matter(plan)
        with world.database.write() as session:
            by = operator(session)
            secret = tokens.make_token(session, account, "world", by=by, at=world.now)[1]
        self.headers = {"authorization": f"Bearer {secret}"}

    def answers(
        self, engine: str, asked: list[tuple[str, str]], names: dict[str, str]
    ) -> list[str]:
        """What this world answers, in words that are the same for both."""
        numbers = {number: token for token, number in names.items()}

        async def ask_all() -> list[str]:
            return [await ask(question) for _, question in asked]

        async def ask(question: str) -> str:
            address = re.sub(r"[DH]~\d+", lambda match: names[match[0]], question)
            status, headers, body = await get(self.app, address, self.headers)
            assert status < 500, f"{address} is answered with {status}: {body}"
            kind = headers.get("content-type", "")  # an answer that leads elsewhere has none
            told = [f"{status} {kind}"]
            told += [headers.get("etag", ""), headers.get("location", "")]
            if kind != "application/pdf":  # a label draws the file number
                told.append(comparable(body))
            return re.sub(
                r"D-\d{6,}", lambda match: numbers.get(match[0], match[0]), "\n".join(told)
            )

        with self.world.indexed(engine) as config:
            finder = Finder(config)
            vars(finder)["schemes"] = self.world.schemes  # compiled once, with what they look for
            vars(self.services)["finder"] = finder
            return asyncio.run(ask_all())

    def close(self) -> None:
        self.world.close()


def _root(collection: str) -> RootSection:
    """A root of a collection, with an owner. Nothing lies there: what is seen is below `filing`."""
    name, owner = f"root-of-{collection}", f"owner-of-{collection}"
    return RootSection(name=name, path=Path("/nowhere"), collection=collection, owner=owner)


def compare(bench: Bench, plan: WorldPlan) -> None:
    """Build both worlds, ask both, and fail where an answer differs."""
    began = time.process_time()
    for side in bench.sides:
        side.begin(plan)
    began = bench.spent("build", began)
    (seen, away), (seen_too, _) = (side.world.file_numbers(plan) for side in bench.sides)
    assert len(seen) == len(seen_too), difference(plan, "", "number of documents", "", "")
    documents = [f"D~{rank}" for rank in range(len(seen))]
    hidden = [f"H~{rank}" for rank in range(len(away))]
    absent = range(900_000, 900_000 + len(hidden))
    names = [
        dict(zip([*documents, *hidden], [f"D-{n:06d}" for n in numbers], strict=True))
        for numbers in ((*seen, *away), (*seen_too, *absent))
    ]
    every = list(questions(plan, documents, hidden))[plan.part :: PARTS]
    for engine in ("tantivy", "whoosh"):
        asked = [one for one in every if engine == "tantivy" or one[0] in OF_THE_INDEX]
        whole, bare = (
            side.answers(engine, asked, known)
            for side, known in zip(bench.sides, names, strict=True)
        )
        bench.asked += len(asked)
        began = bench.spent(engine, began)
        for (_, question), one, other in zip(asked, whole, bare, strict=True):
            assert one == other, difference(plan, engine, question, other, one)


def difference(plan: WorldPlan, engine: str, question: str, bare: str, whole: str) -> str:
    lines = difflib.unified_diff(
        bare.splitlines(), whole.splitlines(), "without what is hidden", "with it", "", "", 2, ""
    )
    steps = "\n".join(f"  {step}" for step in plan.steps)
    return (
        f"{engine}: {question}\nby {plan.role}, who may {plan.right} {sorted(plan.reads)}\n"
        f"{steps}\n" + "\n".join(lines)
    )


@pytest.mark.timeout(120 + 60 * WORLDS)
def test_what_is_hidden_changes_no_answer(bench: Bench):
    @seed(SEED)
    @given(plan=plans())
    @settings(
        max_examples=WORLDS,
        database=None,
        phases=(Phase.generate,),  # a failure shows its world and what differs; smaller take long
        suppress_health_check=list(HealthCheck),
    )
    def each_world(plan: WorldPlan) -> None:
        bench.count += 1
        try:
            compare(bench, plan)
            bench.equal += 1
        except AssertionError as error:  # the others are looked at all the same
            bench.differences.append(str(error))

    each_world()
    assert not bench.differences, "\n\n".join(bench.differences)
