"""A small archive of real files that were really read, behind the API, with three people."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import typst
from fastapi.testclient import TestClient

from api.app import create_app
from api.service import Services, now
from archive import accounts, grants, schema, tokens
from archive.access import operator
from archive.config import Config, DataSection, OcrSection, ReadingSection, RootSection
from archive.db import Database
from archive.intake import Intake
from archive.vault import Vault
from indexer.service import ingest, open_workshop
from tests.shell import PlainPages
from tests.small_files import mail

ORDER = """
#set page(width: 400pt, height: 500pt)
#set text(size: 11pt)
= Purchase order
Order number: PO-2024-113 \\
Date: 2024-02-11 \\
Seller: Norrgjuteri AB \\
Buyer: Pumpbolaget AB

400 pump housings, delivery no later than week 22.
#pagebreak()
In case of delay, a penalty of 0.5 % a week.
"""
INVOICE = """INVOICE
Invoice number: 88213
Date: 2024-06-30
Seller: Norrgjuteri AB
Buyer: Pumpbolaget AB
Your order: PO-2024-113
Under contract: RA-2021-07
Article no: X100-B, VAT no: SE556677889901, org.nr 556677-8899
There was a delay of two weeks.
"""
TWINS = """PURCHASE ORDER
Order number: PO-7700
Date: {date}
{text}
"""
CITES_TWINS = """INVOICE
Invoice number: 90001
Date: 2024-03-10
Your order: PO-7700
"""
NOTES = "# Notes\n\nPumps were late again, see [the order](PO-2024-113).\n"
SECRET = "CONTRACT\nContract number: RA-2021-07\nDate: 2021-07-01\nA secret agreement.\n"
#: Who there is: name, role, and the right to the collection `general`.
PEOPLE = (
    ("ada", "administrator", None),
    ("karin", "coordinator", "write"),
    ("sven", "staff", "read"),
)


class House:
    """The service over an archive, and clients for its people."""

    def __init__(self, url: str, folder: Path) -> None:
        self.tree = folder / "tree"
        write_tree(self.tree)
        self.config = Config(
            data=DataSection(folder=folder / "data"),
            roots=(
                RootSection(
                    name="filing",
                    path=self.tree,
                    collections={"legal/**": "legal"},
                    rest_s=0,
                    owner="karin",
                ),
            ),
            reading=ReadingSection(workers=1),
            ocr=OcrSection(languages=()),
        )
        vault = Vault(folder / "data" / "vault")
        vault.prepare()
        database = Database(url)
        schema.upgrade(database)
        intake = Intake(database, vault, now)
        self.services = Services(self.config, database, vault, intake, now)
        self.read()
        self.app = create_app(self.services, PlainPages())
        self._tokens = self._make_people()

    def read(self) -> None:
        """File, read and index all there is to be read."""
        services = self.services
        workshop = open_workshop(self.config, services.database, services.vault)
        try:
            ingest(workshop)
        finally:
            workshop.close()

    def by(self, name: str) -> TestClient:
        """A client with somebody's token."""
        headers = {"Authorization": f"Bearer {self._tokens[name]}"}
        return TestClient(self.app, base_url="http://testserver/api/v1/", headers=headers)

    def document(self, path: str) -> str:
        """The file number of what lies at a path."""
        documents = self.by("ada").get("documents?limit=200").json()["items"]
        return next(line["document"] for line in documents if line["path"] == path)

    def close(self) -> None:
        self.services.close()
        self.services.database.close()

    def _make_people(self) -> dict[str, str]:
        made = {}
        with self.services.database.write() as session:
            by, at = operator(session), now()
            for name, role, right in PEOPLE:
                user = accounts.create(session, name, role, by=by, at=at)
                if right:
                    grants.grant(session, "general", right, by=by, at=at, user=name)
                made[name] = tokens.make_token(session, user.id, "test", by=by, at=at)[1]
        return made


def write_tree(tree: Path) -> None:
    """The files, made here: each by a program that people use."""
    for folder in ("orders", "invoices", "legal"):
        (tree / folder).mkdir(parents=True)
    source = tree.parent / "order.typ"
    source.write_text(ORDER, encoding="utf-8")
    (tree / "orders" / "order.pdf").write_bytes(typst.compile(str(source)))
    for number, (date, text) in enumerate(
        (("2024-02-01", "Bolts"), ("2024-05-01", "Nuts and washers")), 1
    ):
        twin = TWINS.format(date=date, text=text)
        (tree / "orders" / f"twin-{number}.txt").write_text(twin, encoding="utf-8")
    (tree / "invoices" / "88213.txt").write_text(INVOICE, encoding="utf-8")
    (tree / "invoices" / "90001.txt").write_text(CITES_TWINS, encoding="utf-8")
    (tree / "invoices" / "fj\u00e4der \u201c1\u201d.md").write_text(NOTES, encoding="utf-8")
    (tree / "legal" / "secret.txt").write_text(SECRET, encoding="utf-8")
    (tree / "broken.pdf").write_bytes(b"%PDF-1.7\n" + b"\0" * 100)
    letter = mail("Please find our drawing.\n")
    letter.add_attachment(b"Drawing of a pump\n", "text", "plain", filename="drawing.txt")
    (tree / "letter.eml").write_bytes(bytes(letter))


@contextlib.contextmanager
def opened_house(url: str, folder: Path) -> Iterator[House]:
    house = House(url, folder)
    try:
        yield house
    finally:
        house.close()
