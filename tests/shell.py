"""A service over HTTP with two users, for tests of the shell."""

from __future__ import annotations

import pytest
from babel.support import NullTranslations
from fastapi.testclient import TestClient
from pwdlib.hashers.argon2 import Argon2Hasher

from api.app import create_app
from api.service import Services
from archive import accounts, tokens
from archive.access import operator
from archive.config import Config, DataSection, ServerSection
from archive.db import Database
from archive.intake import Intake
from archive.models import Base
from archive.passwords import Passwords
from archive.vault import Vault

PASSWORD = "a long enough sentence"


class PlainPages:
    """Renders the name of the page and what it says."""

    def render(self, view, frame):
        who = frame.viewer.name if frame.viewer else "nobody"
        return f"<p>{view.template} {frame.language} {who} {view}</p>"

    def texts(self, language):
        return NullTranslations()


class Shell:
    """A service with an administrator `ada` and a member of staff `sven`."""

    def __init__(self, url, folder, clock, **server):
        config = Config(data=DataSection(folder=folder), server=ServerSection(**server))
        database = Database(url)
        Base.metadata.create_all(database.engine)
        vault = Vault(folder / "vault")
        vault.prepare()
        cheap = Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
        intake = Intake(database, vault, clock)
        self.clock = clock
        self.services = Services(config, database, vault, intake, clock, cheap)
        self.app = create_app(self.services, PlainPages())
        with database.write() as session:
            by = operator(session)
            for name, role in (("ada", "administrator"), ("sven", "staff")):
                user = accounts.create(session, name, role, by=by, at=clock())
                hashed = cheap.hash(PASSWORD, name=name)
                accounts.set_password(session, user.id, hashed, by=by, at=clock())

    def client(self, base_url="http://testserver"):
        return TestClient(self.app, base_url=base_url, follow_redirects=False)

    def token(self, name, lifetime=None):
        with self.services.database.write() as session:
            user = accounts.find(session, name)
            return tokens.make_token(
                session, user.id, "test", by=operator(session), at=self.clock(), lifetime=lifetime
            )[1]

    def by_token(self, name):
        client = self.client()
        client.headers["Authorization"] = f"Bearer {self.token(name)}"
        return client

    def signed_in(self, name):
        client = self.client()
        answer = client.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return client


@pytest.fixture
def shell(sqlite_url, tmp_path, clock):
    shell = Shell(sqlite_url, tmp_path, clock)
    yield shell
    shell.services.database.close()


HTML = {"accept": "text/html,application/xhtml+xml"}
