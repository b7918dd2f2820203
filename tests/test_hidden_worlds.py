"""What a person may not see changes nothing that the person can see.

Each world is built twice, whole and without anything that is in a hidden collection; the same
viewer asks both the same over HTTP. File and event numbers, ids of rows and `took_ms` aside, each
answer is equal. `CROSSFILE_WORLDS=500` asks more of it than the sample of every test run,
`CROSSFILE_WORLDS_SEED=1` of other worlds.
"""

from __future__ import annotations

import asyncio
import difflib
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import anyio.to_thread
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from api.app import ROUTERS, create_app
from api.finder import Finder
from api.service import Services
from archive import schema, tokens
from archive.access import operator
from archive.config import Config, DataSection, FilingRule, RootSection
from archive.db import Database
from archive.errors import NotFound
from archive.passwords import Passwords
from indexer.search.lemmas import Lemmas
from tests.world_plans import COLLECTIONS, PARTS, WorldPlan, plans, seen_steps
from tests.worlds import BuiltWorld, NearCage
from web.render import Pages

WORLDS = int(os.environ.get("CROSSFILE_WORLDS", "40"))
SEED = int(os.environ.get("CROSSFILE_WORLDS_SEED", "0"))  # the same worlds for the same seed
THEN = "as_of=2026-03-02T09:04:30Z"
DAY = "on=2024-03-01"

#: What is asked of each GET route: queries of its address. {document} stands for each document
#: that the viewer sees and for each that is hidden, {query} for what the world's viewer looks for.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "/api/v1/search": (
        "?q={query}",
        "?q={query}&sort=newest&limit=2&offset=1",
        "?q=&sort={sort}",
        f"?q={{query}}&{THEN}",
        "?q={document}",
    ),
    "/api/v1/documents": ("", "?limit=2&offset=1", f"?{THEN}", f"?{DAY}"),
    "/api/v1/documents/{document}": ("", "?version=2", f"?{THEN}"),
    "/api/v1/documents/{document}/versions": ("",),
    "/api/v1/documents/{document}/references": ("", f"?{THEN}"),
    "/api/v1/documents/{document}/pages/{page}": ("?q={query}",),
    "/api/v1/documents/{document}/pages/{page}.png": ("",),
    "/api/v1/documents/{document}/content": ("",),
    "/api/v1/documents/{document}/history": ("",),
    "/api/v1/documents/{document}/difference": ("", "?from=1"),
    "/api/v1/documents/{document}/chain": ("", f"?{THEN}", "?state=not-billed&limit=1"),
    "/api/v1/documents/{document}/graph": ("?depth=3", f"?{THEN}", "?depth=2&limit=2"),
    "/api/v1/wanted": ("", "?scheme=product", "?limit=1&offset=1"),
    "/api/v1/documents/{document}/paper": ("", f"?{THEN}"),
    "/api/v1/documents/{document}/label.pdf": ("",),
    "/api/v1/documents/{document}/chain": ("",),
    "/api/v1/documents/{document}/graph": ("?depth=2",),
    "/api/v1/documents/{document}/parts": ("",),
    "/api/v1/parties/{entry}/spellings": ("",),
    "/api/v1/wanted": ("", "?limit=2&offset=1"),
    "/api/v1/trail": ("?seed={seed}", f"?seed={{seed}}&{THEN}"),
    "/api/v1/trail.csv": ("?seed={seed}",),
    "/api/v1/trail.zip": ("?seed=zz",),
    "/api/v1/status": ("",),
    "/api/v1/attention": ("", "?limit=2&offset=1", "?kind=waiting", "?kind=ambiguous"),
    "/attention": ("", "?owner=owner-of-secret"),
    "/upload": ("",),
    "/api/v1/register-proposals": ("", "?register=product"),
    "/api/v1/collections": ("",),
    "/api/v1/groups": ("",),
    "/api/v1/file-passwords": ("",),
    "/": ("", "?q={query}"),
    "/documents/{document}": ("",),
    "/documents/{document}/card": ("",),
    "/documents/{document}/difference": ("?from=1",),
    "/documents/{document}/chain": ("",),
    "/documents/{document}/graph": ("?depth=2",),
    "/wanted": ("", "?scheme=purchase-order"),
    "/documents/{document}/original": ("",),
    "/documents/{document}/chain": ("",),
    "/documents/{document}/graph": ("?depth=2",),
    "/schemes": ("?name=po&bearer=purchase-order&examples=PO-2024-113&document={document}",),
    "/wanted": ("",),
    "/trail": ("", "?seed={seed}"),
    "/status": ("",),
    "/account": ("",),
    "/keys": ("",),
}
for _plural in ("products", "change-requests", "milestones", "parties"):
    QUESTIONS |= {
        f"/api/v1/{_plural}": ("", "?q=a", f"?{THEN}", "?limit=1&offset=1"),
        f"/api/v1/{_plural}/export": ("",),
        f"/api/v1/{_plural}/{{entry}}": ("",),
        f"/api/v1/{_plural}/{{entry}}/documents": ("", f"?{THEN}"),
        f"/{_plural}": ("", "?q=zinc"),
        f"/{_plural}.csv": ("",),
        f"/{_plural}/{{entry}}": ("",),
        f"/{_plural}/{{entry}}/card": ("",),
    }
#: Routes that are an administrator's, or say nothing of what is kept.
ELSEWHERE = {
    "/healthz", "/readyz", "/metrics", "/sign-in", "/sign-in/{secret}", "/users", "/api/v1/users",
    "/api/v1/users/{user}", "/api/v1/sessions", "/api/v1/tokens", "/api/v1/grants",
    "/api/v1/groups/{group}/members", "/api/v1/account", "/api/v1/account/sessions",
    "/api/v1/separator.pdf",
}  # fmt: skip
#: Those that ask the index: asked of the second engine too.
OF_THE_INDEX = ("/api/v1/search", "/", "/api/v1/documents/{document}/pages/{page}")

ENTRIES = {
    "products": ("AV-200", "ZP-9000"),
    "change-requests": ("CR-118", "CR-119"),
    "milestones": ("M-01", "M-02"),
    "parties": ("Acme AB", "Borg Oy"),
}
SEEDS = ("PO-2024-113", "INV-77", "product:AV-200", "CR-118", "M-01", "filing/b.md", "{document}")


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
def bench(tmp_path_factory: pytest.TempPathFactory, lemma_tables: Path) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("worlds")
    template = folder / "template.sqlite"
    database = Database(f"sqlite:///{template}")
    schema.upgrade(database)
    database.close()  # the last connection writes all into the one file
    lemma_tables.mkdir(parents=True, exist_ok=True)
    lemmas = Lemmas(lemma_tables)
    for language in ("en", "sv"):
        set(lemmas.terms(["brackets"], language))
    made = Bench(folder, template, lemma_tables, NearCage(settings_in(folder)), Pages())
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
        vars(self.services)["config"] = world.config.model_copy(update={"roots": roots})
        world.empty()
        self.app.state.waiting.forget()
        world.build(plan.steps if is_whole else seen_steps(plan))
        account = world.grant(plan)
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
                told.append(_pretty(body))
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


async def get(app: ASGIApp, address: str, headers: dict[str, str]) -> tuple[int, Headers, str]:
    """Ask the application; status, headers and body."""
    path, _, query = address.partition("?")
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1",
        "method": "GET", "scheme": "http", "path": unquote(path), "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(), "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    sent: list[Any] = []
    coming = [True]

    async def receive() -> Message:
        if not coming.pop():
            await asyncio.Event().wait()
        coming.append(False)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return sent[0]["status"], Headers(raw=sent[0]["headers"]), body.decode("utf-8", "replace")


async def at_once(work: Callable[..., Any], *args: Any, **_: Any) -> Any:
    """Instead of in another thread: questions come one by one, and threads take turns slowly."""
    return work(*args)


#: What may differ: ids of rows, numbers of events, times that things took, secrets.
ASIDE = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (r'"(id|reference|proposal|took_ms)": [\d.]+', r'"\1": 0'),
        (r'"(id|receipt)": "[0-9a-f-]+"', r'"\1": ""'),
        (r'"number": \d+', '"number": 0'),
        (r"(reference|proposal|row|entry)-\d+", r"\1-0"),
        (r"(references|register-proposals|proposals|products|parties|milestones)/\d+", r"\1/0"),
        (
            r"(waiting|ambiguous|suspect|unreadable|given-up|proposal|overdue)(:|%3A)\d+",
            r"\1\g<2>0",
        ),
        (r'"(document|product|change-request|milestone|party):\d+"', r'"\1:0"'),
        (r"[\d.,]+ ?(ms|milliseconds)", "0 ms"),
    )
)


def _pretty(text: str) -> str:
    with suppress(ValueError):
        text = json.dumps(json.loads(text), indent=1, ensure_ascii=False)
    for pattern, put in ASIDE:
        text = pattern.sub(put, text)
    return text


def questions(
    plan: WorldPlan, documents: list[str], hidden: list[str]
) -> Iterator[tuple[str, str]]:
    """Route and address of everything that is asked of a world, file numbers as tokens."""
    for route, suffixes in QUESTIONS.items():
        for suffix in suffixes:
            for address in _filled(route + suffix, plan, documents, hidden):
                yield route, address


def _filled(
    template: str, plan: WorldPlan, documents: list[str], hidden: list[str]
) -> Iterator[str]:
    plural = next((name for name in ENTRIES if f"/{name}/" in template), "")
    is_of_document = "{document}/" in template or template.endswith("{document}")
    seeds = [seed for seed in SEEDS if "{" not in seed] + documents[:1] + hidden[:1]
    queries = plan.queries[:1] if is_of_document else plan.queries
    choices = {
        "{document}": [*documents, *hidden[:2]],
        "{page}": ["1"],
        "{query}": [quote(query) for query in queries],
        "{seed}": [quote(seed, safe="~") for seed in seeds],
        "{sort}": ["newest", "number", "title", "path", "total"],
        "{entry}": [quote(code) for code in ENTRIES.get(plural, ())],
    }
    used = [name for name in choices if name in template]
    for values in product(*(choices[name] for name in used)):
        address = template
        for name, value in zip(used, values, strict=True):
            address = address.replace(name, value)
        yield address


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
