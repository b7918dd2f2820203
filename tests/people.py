"""A database with users, for tests of people and what they may do."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from archive import accounts, sign_ins, tokens
from archive.access import operator
from archive.db import Database
from archive.models import Base, Event
from archive.passwords import Passwords
from archive.sign_ins import Lifetimes

LIFETIMES = Lifetimes(idle=timedelta(hours=1), longest=timedelta(hours=10))
PASSWORD = "a long enough sentence"


class People:
    """A database with users, and short ways to ask about them."""

    def __init__(self, url, clock):
        self.database = Database(url)
        Base.metadata.create_all(self.database.engine)
        self.clock = clock

    def do(self, work, *arguments, **keywords):
        """Call `work` in a transaction, as the operator."""
        with self.database.write() as session:
            by = keywords.pop("by", None) or operator(session)
            return work(session, *arguments, by=by, at=self.clock(), **keywords)

    def user(self, name, role="staff"):
        return self.do(accounts.create, name, role).id

    def session_of(self, user_id):
        with self.database.write() as session:
            return sign_ins.open_session(session, user_id, at=self.clock())

    def by_session(self, secret):
        with self.database.read() as session:
            return sign_ins.viewer_of_session(
                session, secret, now=self.clock(), lifetimes=LIFETIMES
            )

    def by_token(self, secret):
        with self.database.read() as session:
            return tokens.viewer_of_token(session, secret, now=self.clock())

    def viewer(self, user_id):
        return self.by_session(self.session_of(user_id)).viewer

    def lines(self):
        with self.database.read() as session:
            return [json.loads(line) for line in session.scalars(select(Event.line))]


@pytest.fixture
def people(database_url, clock):
    people = People(database_url, clock)
    yield people
    people.database.close()


@pytest.fixture
def passwords():
    return Passwords(Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
