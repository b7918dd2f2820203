"""A small archive behind the real pages, and clients for its people."""

from __future__ import annotations

from fastapi.testclient import TestClient

from api.app import create_app
from api.service import Services
from archive import accounts, grants, sign_ins
from archive.access import operator
from archive.config import Config, DataSection
from tests.small_archive import SmallArchive
from web.render import Pages

HTML = {"accept": "text/html"}


class Rooms:
    """A small archive with two collections behind the real pages."""

    def __init__(self, url, folder, clock, people=()):
        self.archive = SmallArchive(url, folder, clock)
        config = Config(data=DataSection(folder=folder))
        self.services = Services(
            config, self.archive.database, self.archive.vault, self.archive.intake, clock
        )
        self.app = create_app(self.services, Pages())
        self.clock = clock
        order = "Purchase order PO-2024-113\nfour hundred housings"
        self.archive.add("order.txt", order, number="PO-2024-113")
        bill = "Bill 88213\nfor PO-2024-113 and PO-2024-999 <b>bold</b>"
        self.archive.add("bill.txt", bill, number="88213", cites=("PO-2024-113", "PO-2024-999"))
        secret = "Secret 7000-7\nabout PO-2024-113"
        self.archive.add(
            "secret.txt", secret, number="7000-7", cites=("PO-2024-113",), collection="board"
        )
        with self.archive.database.write() as session:
            by = operator(session)
            own = (("cora", "coordinator", "write"), ("sven", "staff", "read"))
            for name, role, right in (*own, *((*one, "read") for one in people)):
                accounts.create(session, name, role, by=by, at=clock())
                grants.grant(session, "general", right, by=by, at=clock(), user=name)

    def client(self, name):
        with self.archive.database.write() as session:
            user = accounts.find(session, name)
            secret = sign_ins.open_session(session, user.id, at=self.clock())
        return TestClient(
            self.app, follow_redirects=False, cookies={"crossfile": secret}, headers=HTML
        )
