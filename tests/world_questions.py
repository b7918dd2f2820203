"""What the hidden worlds are asked: every route that tells something of what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from urllib.parse import quote

from archive.questions import QUESTIONS as ASKED
from tests.world_plans import WorldPlan

THEN = "as_of=2026-03-02T09:04:30Z"
BEFORE = "?as_of=2000-01-01T00:00:00Z"
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
    # Its salts and hashes differ from world to world: tests/test_document_proof.py asks the rest.
    "/api/v1/documents/{document}/proof": (BEFORE,),
    "/api/v1/documents/{document}/proof.html": (BEFORE,),
    "/api/v1/documents/{document}/difference": ("", "?from=1"),
    "/api/v1/documents/{document}/chain": ("", f"?{THEN}", "?state=not-billed&limit=1"),
    "/api/v1/documents/{document}/graph": ("?depth=3", f"?{THEN}", "?depth=2&limit=2"),
    "/api/v1/wanted": ("", "?scheme=product", "?limit=1&offset=1"),
    "/api/v1/documents/{document}/paper": ("", f"?{THEN}"),
    "/api/v1/documents/{document}/label.pdf": ("",),
    "/api/v1/documents/{document}/sent": ("", f"?{THEN}"),
    "/api/v1/documents/{document}/parts": ("",),
    "/api/v1/parties/{entry}/spellings": ("",),
    "/api/v1/trail": ("?seed={seed}", f"?seed={{seed}}&{THEN}"),
    "/api/v1/trail.csv": ("?seed={seed}",),
    "/api/v1/trail.zip": ("?seed=zz",),
    "/api/v1/status": ("",),
    "/api/v1/attention": (
        "",
        "?limit=2&offset=1",
        "?kind=waiting",
        "?kind=ambiguous",
        "?kind=merge",
    ),
    "/attention": ("", "?owner=owner-of-secret"),
    "/upload": ("",),
    "/api/v1/register-proposals": ("", "?register=product"),
    "/api/v1/collections": ("",),
    "/api/v1/groups": ("",),
    "/api/v1/file-passwords": ("",),
    "/": ("", "?q={query}"),
    "/marked/documents.csv": ("?document={document}",),
    "/marked/matter": ("?document={document}",),
    "/documents/{document}": ("",),
    "/documents/{document}/card": ("",),
    "/documents/{document}/difference": ("?from=1",),
    "/documents/{document}/chain": ("",),
    "/documents/{document}/graph": ("?depth=2",),
    "/wanted": ("", "?scheme=purchase-order"),
    "/documents/{document}/original": ("",),
    "/schemes": ("?name=po&bearer=purchase-order&examples=PO-2024-113&document={document}",),
    "/trail": ("", "?seed={seed}"),
    "/status": ("",),
    "/account": ("",),
    "/keys": ("",),
}
for _plural in ("products", "change-requests", "milestones", "parties", "concerns"):
    QUESTIONS |= {
        f"/api/v1/{_plural}": ("", "?q=a", f"?{THEN}", "?limit=1&offset=1"),
        f"/api/v1/{_plural}/export": ("",),
        f"/api/v1/{_plural}/{{entry}}": ("",),
        f"/api/v1/{_plural}/{{entry}}/documents": ("", f"?{THEN}"),
        f"/{_plural}": ("", "?q=zinc"),
        f"/{_plural}.csv": ("",),
        f"/{_plural}.xlsx": ("",),
        f"/api/v1/{_plural}/export.xlsx": ("",),
        f"/{_plural}/{{entry}}": ("",),
        f"/{_plural}/{{entry}}/card": ("",),
    }
QUESTIONS["/api/v1/change-requests/{entry}/moves"] = ("", f"?{THEN}")
QUESTIONS["/api/v1/concerns/{entry}/moves"] = ("", f"?{THEN}")
QUESTIONS["/api/v1/documents/{document}/concerns"] = ("", f"?{THEN}")
QUESTIONS["/api/v1/products/{entry}/concerns"] = ("", f"?{THEN}")
QUESTIONS |= {
    "/api/v1/products/{entry}/milestones": ("", f"?{THEN}"),
    "/api/v1/products/{entry}/timeline": ("", f"?{THEN}", "?limit=2&offset=1"),
    "/api/v1/products/{entry}/closing": ("", f"?{THEN}"),
    "/products/{entry}/closing": ("",),
    "/products/{entry}/closing.pdf": ("",),
    "/products/{entry}/timeline": ("", "?since=2024-01-01&until=2024-12-31"),
    "/api/v1/milestones/{entry}/needs": ("", f"?{THEN}"),
    "/api/v1/plans/at-risk": ("?days=36500", f"?{THEN}", "?limit=1&offset=1"),
    "/api/v1/plans/at-risk.csv": ("?days=36500",),
    "/api/v1/plans/missing": ("?days=36500", "?milestone=M-01", "?milestone=M-02"),
    "/api/v1/plans/missing.csv": ("?days=36500",),
    # File numbers are packed in them: the same rows are asked for as CSV and JSON.
    "/api/v1/plans/at-risk.xlsx": (BEFORE,),
    "/api/v1/plans/missing.xlsx": (BEFORE,),
    "/api/v1/products/{entry}/milestones.xlsx": (BEFORE,),
    "/plans/at-risk": ("?days=36500", f"?{THEN}"),
    "/plans/missing": ("?milestone=M-01", f"?days=365&{DAY}"),
    "/api/v1/questions": ("",),
    "/api/v1/questions/{question}": (
        "",
        f"?{THEN}",
        f"?{DAY}",
        "?limit=1&offset=1",
        "?product=AV-200",
        f"?product=AV-200&{DAY}",
        "?product=ZP-9000",
    ),
    "/api/v1/questions/{question}.csv": ("", "?product=AV-200"),
    # File numbers are packed in it: the same rows are asked for as CSV.
    "/api/v1/questions/{question}.xlsx": (BEFORE,),
    "/api/v1/calendar.ics": ("",),
    "/calendar/{feed}.ics": ("",),
    "/questions": ("",),
    "/questions/{question}": ("", f"?{THEN}", "?product=AV-200"),
    "/change-requests/{entry}/decision": ("", f"?{THEN}"),
    "/change-requests/{entry}/decision.pdf": ("",),
    "/api/v1/saved-searches": ("",),
    "/api/v1/saved-searches/{search}/new": ("",),
    "/saved-searches": ("",),
    "/saved-searches/{search}": ("",),
    "/api/v1/digest": ("?since=2000-01-01T00:00:00Z",),
    "/digest": ("", "?days=30"),
    "/api/v1/notices": ("", "?state=to-be-sent"),
    "/api/v1/notices/{notice}/message": ("",),
    "/notices": ("", "?state=sent"),
}
#: A matter that is there in the one world, which the viewer is not in, and that one alone.
MATTER = 4711
QUESTIONS |= {
    "/api/v1/matters": ("", "?state=open", "?limit=1&offset=1"),
    "/api/v1/matters/{matter}": ("",),
    "/api/v1/matters/{matter}/gatherings": ("",),
    "/api/v1/matters/{matter}/entries": ("", "?show=new"),
    "/api/v1/matters/{matter}/history": ("",),
    "/api/v1/matters/{matter}/chronology": ("",),
    "/api/v1/matters/{matter}/chronology.csv": ("",),
    "/api/v1/matters/{matter}/chronology.pdf": ("",),
    "/api/v1/matters/{matter}/word-lists": ("",),
    "/api/v1/matters/{matter}/word-lists/{number}": ("", "?run=1"),
    "/api/v1/matters/{matter}/word-lists/{number}/hits.csv": ("",),
    "/api/v1/holds": ("", f"?matter={MATTER}"),
    "/api/v1/holds/{hold}": ("",),
    "/api/v1/holds/{hold}/documents": ("",),
    "/api/v1/holds/{hold}/custodians": ("",),
    "/api/v1/holds/{hold}/notices/{notice}/message": ("",),
    "/api/v1/custody": ("",),
    "/custody": ("",),
    "/matters": ("", "?state=closed"),
    "/matters/{matter}": ("", "?show=new"),
    "/matters/{matter}/history": ("",),
    "/matters/{matter}/chronology": ("",),
    "/matters/{matter}/word-lists": ("",),
    "/matters/{matter}/word-lists/{number}": ("",),
}
QUESTIONS |= {
    "/api/v1/retention/due": ("", "?limit=1&offset=1"),
    "/api/v1/retention/disposals": ("", "?state=proposed"),
    "/api/v1/retention/disposals/{disposal}": ("",),
    "/api/v1/retention/disposals/{disposal}/documents": ("",),
    "/api/v1/retention/tombstones": ("",),
    "/api/v1/documents/{document}/tombstone": ("",),
    "/retention": ("", "?show=disposals", "?show=destroyed"),
    "/retention/{disposal}": ("",),
}
#: Routes that are an administrator's, or say nothing of what is kept.
ELSEWHERE = {
    "/healthz", "/readyz", "/metrics", "/sign-in", "/sign-in/{secret}", "/users", "/api/v1/users",
    "/api/v1/users/{user}", "/api/v1/sessions", "/api/v1/tokens", "/api/v1/grants",
    "/api/v1/groups/{group}/members", "/api/v1/account", "/api/v1/account/sessions",
    "/api/v1/separator.pdf", "/api/v1/plans", "/api/v1/calendar", "/api/v1/digest/wish",
}  # fmt: skip
#: Those that ask the index: asked of the second engine too.
OF_THE_INDEX = ("/api/v1/search", "/", "/api/v1/documents/{document}/pages/{page}")

ENTRIES = {
    "products": ("AV-200", "ZP-9000"),
    "change-requests": ("CR-118", "CR-119"),
    "milestones": ("M-01", "M-02"),
    "concerns": ("QC-7", "QC-8"),
    "parties": ("Acme AB", "Borg Oy", "Acmes AB"),
}
SEEDS = ("PO-2024-113", "INV-77", "product:AV-200", "CR-118", "M-01", "filing/b.md", "{document}")


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
        "{notice}": ["1"],
        "{search}": ["1"],
        "{feed}": ["1-0"],
        "{matter}": [str(MATTER)],
        "{number}": ["1"],
        "{hold}": [str(MATTER)],
        "{disposal}": [str(MATTER)],
        "{question}": list(ASKED),
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
