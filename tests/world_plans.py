"""Small worlds for the tests of what is hidden: made up by hypothesis, built in one process.

A world is a list of steps. It is built whole, and again from those steps alone of which nothing is
in a hidden collection: `seen_steps`. Step by step both go by the same clock, so that even times
are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from hypothesis import strategies as st

BEGUN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
COLLECTIONS = ("general", "secret", "legal")
LEASE = timedelta(days=1)
PARTS = 4  # so many viewers share the questions: a world costs less than to ask them all

# What documents, entries and queries are made of: little enough that worlds are full of meetings.
PATHS = (
    "a.txt",
    "b.md",
    "orders/Acme AB/c.txt",
    "products/AV-200/invoices/d.txt",
    "products/Aurora/mail.eml",
    "products/Zeppelin/plans/f.txt",
    "g.pdf",
    "2024/a.txt",
)
NUMBERS = {
    "Purchase order no": ("PO-2024-113", "PO-2024-114", "PO-2024-1130"),
    "Invoice no": ("INV-77", "INV-78"),
    "Specification no": ("SPEC-0100",),
    "Contract no": ("C-2024-001",),
    "Change request no": ("CR-118",),
}
CITED = tuple(number for numbers in NUMBERS.values() for number in numbers)
HEADS = {
    "Purchase order no": "PURCHASE ORDER",
    "Invoice no": "INVOICE",
    "Specification no": "SPECIFICATION",
    "Contract no": "CONTRACT",
    "Change request no": "CHANGE REQUEST",
}
NAMES = ("Aurora", "Aurora Pro", "AV-200", "AV200", "Zeppelin", "Pilot run", "ZP-9000", "Borg Oy")
PARTIES = ("Acme AB", "Borg Oy", "Acme", "ACME AKTIEBOLAG", "Borgs Oy")
WORDS = (
    "delivery", "bracket", "leveransen", "leverans", "tolerance", "brackets", "zinc", "åtgärd",
)  # fmt: skip
DATES = ("2023-11-05", "2024-03-01", "2025-01-31")


@dataclass(frozen=True, slots=True)
class File:
    """Bytes are seen at a path, in the collection to which it belongs at that time."""

    path: str
    collection: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Gone:
    """Nothing is at a path any more."""

    path: str


@dataclass(frozen=True, slots=True)
class Register:
    """An entry is registered; where its code is there already, it is edited."""

    register: str
    collection: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """A party of one collection is merged into one of another, by who sees these two only."""

    name: str
    collection: str
    into: str
    owner: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A person decides on one of the references of the document at a path."""

    path: str
    place: int
    decision: str
    target: str  # a path, or REGISTER:CODE
    owner: str = ""  # the collection of an entry that is the target


@dataclass(frozen=True, slots=True)
class Link:
    """A person links the document at a path by hand."""

    path: str
    relation: str
    target: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Say:
    """A person sets a fact of the document at a path right."""

    path: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Shelve:
    """A person says where the paper original of the document at a path is."""

    path: str
    place: str
    lent_to: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """A path that can't be taken."""

    path: str
    collection: str


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that waits is read."""


Step = File | Gone | Register | Merge | Rule | Link | Say | Shelve | Trouble | Work


@dataclass(frozen=True, slots=True)
class WorldPlan:
    """What happens, who looks at it afterwards, and what they ask."""

    steps: tuple[Step, ...]
    reads: frozenset[str]
    role: str
    right: str
    queries: tuple[str, ...]
    part: int  # which part of all questions they ask, of PARTS

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(COLLECTIONS) - self.reads


def seen_steps(plan: WorldPlan) -> list[Step | None]:
    """The steps as they would be had nothing ever been in a hidden collection, in their places.

    Where a person's word falls away, what waits is read all the same: they wait until it is.
    """
    live: dict[str, str] = {}  # path: collection of what is there
    kept: list[Step | None] = []
    for step in plan.steps:
        kept.append(_seen(step, live, plan.hidden))
        if isinstance(step, File):
            live[step.path] = step.collection
        elif isinstance(step, Gone):
            live.pop(step.path, None)
    return kept


def _seen(step: Step, live: dict[str, str], hidden: frozenset[str]) -> Step | None:
    match step:
        case File(collection=collection) if collection in hidden:
            return None
        case Gone(path):
            return None if live.get(path) in hidden else step
        case Say(path) | Shelve(path):
            return Work() if live.get(path) in hidden else step
        case Register(collection=collection) | Trouble(collection=collection):
            return None if collection in hidden else step
        case Merge(_, collection, _, owner):
            return Work() if {collection, owner} & hidden else step
        case Rule(path, _, decision, target, owner):
            aims = decision not in ("reject", "withdraw")
            ends = {live.get(path), (owner or live.get(target)) if aims else live.get(path)}
            return Work() if ends & hidden else step
        case Link(path, _, target, owner):
            return Work() if {live.get(path), owner or live.get(target)} & hidden else step
        case _:
            return step


# --- how worlds are made up -------------------------------------------------------------------


def _text(
    label: str, number: str, date: str, parties: tuple[str, str], cited: list[tuple[str, str]],
    said: list[str], revision: str,
) -> str:  # fmt: skip
    head = [HEADS[label], "", f"{label}: {number}", f"Date: {date}"]
    head += [f"Seller: {parties[0]}", f"Buyer: {parties[1]}"]
    if revision:
        head.append(f"Revision: {revision}")
    body = [f"{cue} {one}." for cue, one in cited]
    return "\n".join([*head, "", *body, " ".join(said) + "."])


LABELS = st.sampled_from(sorted(NUMBERS))
CITATIONS = st.tuples(
    st.sampled_from(("See", "According to order", "Replaces", "Under contract", "Your ref")),
    st.sampled_from(CITED),
)
SAID = st.lists(st.sampled_from((*WORDS, *NAMES)), min_size=1, max_size=5)
TEXTS = LABELS.flatmap(
    lambda label: st.builds(
        _text,
        st.just(label),
        st.sampled_from(NUMBERS[label]),
        st.sampled_from(DATES),
        st.tuples(st.sampled_from(PARTIES), st.sampled_from(PARTIES)),
        st.lists(CITATIONS, max_size=3),
        SAID,
        st.sampled_from(("", "", "A", "B")),
    )
)
NOTES = st.builds(lambda cited, said: f"{' '.join(said)}. {cited}", st.sampled_from(CITED), SAID)
CONTENTS = st.one_of(TEXTS, TEXTS, NOTES)


def _mail(body: str, attached: list[tuple[str, str]]) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "eva@acme.example", "karl@borg.example"
    mail["Subject"], mail["Date"] = body.splitlines()[0], "Fri, 01 Mar 2024 10:00:00 +0100"
    mail["Message-ID"] = "<1@acme.example>"
    mail.set_content(body)
    for name, text in attached:
        mail.add_attachment(text.encode(), maintype="text", subtype="plain", filename=name)
    if attached:
        mail.set_boundary("=-between-the-parts-=")
    return mail.as_bytes()


ATTACHED = st.lists(st.tuples(st.sampled_from(("1.txt", "2.txt")), CONTENTS), max_size=2)
MAILS = st.builds(_mail, CONTENTS, ATTACHED)
BROKEN = st.sampled_from((b"%PDF-1.4 broken", b"\x00\x01\x02\x03" * 9))


def _bytes_for(path: str) -> st.SearchStrategy[bytes]:
    if path.endswith(".eml"):
        return MAILS
    if path.endswith(".pdf"):
        return BROKEN
    return CONTENTS.map(str.encode)


ENTRIES = (
    ("product", (("code", "AV-200"), ("name", "Aurora"))),
    ("product", (("code", "AV-200"), ("name", "Aurora Pro"), ("other_names", "Zeppelin"))),
    ("product", (("code", "AV-200"), ("name", "Zeppelin"), ("family", "bracket"))),
    ("product", (("code", "ZP-9000"), ("name", "Zeppelin"))),
    ("product", (("code", "ZP-9000"), ("name", "Aurora"), ("other_names", "delivery"))),
    (
        "milestone",
        (
            ("code", "M-01"),
            ("name", "Pilot run"),
            ("product", "AV-200"),
            ("planned_on", "2026-03-10"),
        ),
    ),
    ("milestone", (("code", "M-02"), ("name", "Pilot run"), ("planned_on", "2026-03-12"))),
    ("party", (("name", "Acme AB"), ("other_names", "Acme"))),
    ("party", (("name", "Borg Oy"), ("contact", "tolerance"))),
    ("party", (("name", "Acmes AB"), ("vat", "SE556036079301"))),
    ("party", (("name", "Borg Oy"), ("organisation_number", "556036-0793"))),
    ("change-request", (("number", "CR-118"), ("title", "zinc"), ("products", "AV-200"))),
    ("change-request", (("number", "CR-119"), ("title", "bracket"), ("affects", "PO-2024-113"))),
    ("concern", (("number", "QC-7"), ("title", "zinc"), ("products", "AV-200"))),
    (
        "concern",
        (("number", "QC-8"), ("title", "bracket"), ("owner", "x"), ("due_on", "2026-01-10")),
    ),
)
TARGETS = (
    *((path, False) for path in PATHS[:6]),
    ("product:AV-200", True),
    ("party:Acme AB", True),
)


@st.composite
def plans(draw: st.DrawFn) -> WorldPlan:  # noqa: C901 (one case a kind of step)
    """A plan. Files come again with the same bytes, at other paths and in other collections."""
    bytes_so_far: list[bytes] = []
    where = st.sampled_from(COLLECTIONS)
    homes: dict[str, str] = {}  # the collection of each path: that of its folder

    def file() -> File:
        path = draw(st.sampled_from(PATHS))
        fitting = [known for known in bytes_so_far if path.endswith(".txt") and known[:1] != b"%"]
        if fitting and draw(st.integers(0, 3)) == 0:
            content = draw(st.sampled_from(fitting))
        else:
            content = draw(_bytes_for(path))
            bytes_so_far.append(content)
        return File(path, homes.setdefault(path, draw(where)), content)

    def target() -> tuple[str, str]:
        name, is_entry = draw(st.sampled_from(TARGETS))
        return name, draw(where) if is_entry else ""

    def other() -> Step:
        what = draw(st.sampled_from(("entry", "entry", "entry", "gone", "rule", "link", "say",
                                     "shelve", "trouble", "work", "merge", "merge")))  # fmt: skip
        path = draw(st.sampled_from(PATHS[:6]))
        match what:
            case "entry":
                register, values = draw(st.sampled_from(ENTRIES))
                return Register(register, draw(where), values)
            case "gone":
                return Gone(path)
            case "merge":
                party = st.sampled_from(("Acme AB", "Borg Oy", "Acmes AB"))
                return Merge(draw(party), draw(where), draw(party), draw(where))
            case "rule":
                decision = draw(st.sampled_from(("reject", "redirect", "redirect", "confirm")))
                return Rule(path, draw(st.integers(0, 2)), decision, *target())
            case "link":
                return Link(path, draw(st.sampled_from(("cites", "about"))), *target())
            case "say":
                fact = st.sampled_from((("number", "PO-2024-113"), ("title", "zinc"),
                                        ("kind", "invoice")))  # fmt: skip
                return Say(path, *draw(fact))
            case "shelve":
                places = st.sampled_from(("Shelf 12", "Shelf 1"))
                return Shelve(path, draw(places), draw(st.sampled_from(("", "Eva"))))
            case "trouble":
                return Trouble(f"{path}.part", draw(where))
            case _:
                return Work()

    first = [file() for _ in range(draw(st.integers(2, 5)))]
    rest = [file() if draw(st.booleans()) else other() for _ in range(draw(st.integers(1, 7)))]
    mixed = draw(st.permutations(first)) + rest
    return WorldPlan(
        tuple(mixed),
        frozenset(draw(st.sampled_from((("general",), ("general", "legal"), ("legal",))))),
        draw(st.sampled_from(("staff", "coordinator", "legal", "manager"))),
        draw(st.sampled_from(("read", "write"))),
        tuple(draw(st.lists(QUERIES, min_size=6, max_size=6, unique=True))),
        draw(st.integers(0, PARTS - 1)),
    )


FIELDS = (
    "product:AV-200", "product:Aurora", "product:ZP-9000", "kind:invoice", "party:Acme",
    'party:"Acme AB"', 'party:"Borg Oy"', "change:CR-118", 'milestone:"Pilot run"',
    "number:INV-77", "date:2024",
    "path:filing/products", "status:unreadable", "cites:PO-2024-113", "cited-by:INV-77",
    "collection:secret", "collection:general", "versions:all", "language:en", "total:>1",
    'paper:"Shelf 12"', "paper:Eva",
    "kind:invoice product:AV-200", "as-of:2026-03-02T09:05:00Z", "on:2024-03-01",
)  # fmt: skip
_WORD = st.sampled_from((*WORDS, "aurora", "zeppelin", "acme", "pilot"))
QUERIES = st.one_of(
    _WORD,
    st.sampled_from(CITED),
    st.sampled_from(FIELDS),
    st.sampled_from(FIELDS).flatmap(lambda field: _WORD.map(lambda word: f"{word} {field}")),
    _WORD.map(lambda word: f"{word[:3]}*"),
    _WORD.map(lambda word: f"{word[:2]}{word[3:]}~"),
    _WORD.map(lambda word: f"{word[0]}{word[2]}{word[1]}{word[3:]}"),  # a slip of the pen
    st.tuples(_WORD, _WORD).map(" ".join),
    st.tuples(_WORD, _WORD).map(lambda two: f'"{two[0]} {two[1]}"'),
    st.tuples(_WORD, _WORD).map(lambda two: f"{two[0]} -{two[1]}"),
    st.tuples(_WORD, _WORD).map(lambda two: f"+{two[0]} OR {two[1]}"),
    st.lists(st.one_of(_WORD, st.sampled_from(CITED)), min_size=5, max_size=9).map(
        lambda words: f"What became of the {' and the '.join(words)}, please?"
    ),
)


# --- how they are built -----------------------------------------------------------------------
