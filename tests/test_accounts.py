"""People: who may come in, and what they see when they are in."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from archive import accounts, sign_ins, tokens
from archive.access import operator
from archive.errors import Conflict, NotAllowed, NotFound, NotSignedIn, UsageError
from archive.models import SignIn, Token
from archive.models.work import SignInLink
from archive.passwords import Passwords
from tests.people import LIFETIMES, PASSWORD


def test_a_name_is_one_user_in_any_case_and_spelling(people):
    people.user("Åsa  Öberg")
    with people.database.read() as session:
        assert accounts.find(session, "a\u030asa öberg").name == "åsa öberg"
    with pytest.raises(Conflict):
        people.user("ÅSA ÖBERG")


@pytest.mark.parametrize("name", ["", " ", "a/b", "user:1", "x" * 65, "\ud800", "\0", "-a"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(UsageError):
        accounts.plain_name(name)


@given(st.text(max_size=70))
def test_a_plain_name_stays_as_it_is(name):
    try:
        plain = accounts.plain_name(name)
    except UsageError:
        return
    assert accounts.plain_name(plain) == plain
    assert plain.isprintable()


def test_two_who_add_the_same_user_at_once_add_one(people):
    start, outcomes = Barrier(4), []

    def add():
        start.wait()
        try:
            outcomes.append(people.user("eva"))
        except Conflict as error:
            outcomes.append(error)

    threads = [Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(outcome, int) for outcome in outcomes) == 1


@pytest.mark.parametrize(
    "weak", ["short", "aaaaaaaaaaaaaaaa", "abababababababab", "evasvensson1", "x" * 1025]
)
def test_a_weak_password_is_refused_in_words(passwords, weak):
    with pytest.raises(UsageError):
        passwords.hash(weak, name="evasvensson")


def test_a_password_fits_itself_and_nothing_else(passwords):
    stored = passwords.hash(PASSWORD, name="eva")
    assert stored.startswith("$argon2id$")
    assert passwords.fits(PASSWORD, stored) == (True, None)
    assert passwords.fits(PASSWORD + " ", stored) == (False, None)
    assert passwords.fits(PASSWORD, None) == (False, None)
    assert passwords.fits("x" * 2000, stored) == (False, None)


def test_a_password_of_an_older_make_is_hashed_anew(passwords):
    stored = passwords.hash(PASSWORD, name="eva")
    newer = Passwords(Argon2Hasher(time_cost=2, memory_cost=16, parallelism=1))
    fits, again = newer.fits(PASSWORD, stored)
    assert fits
    assert again and again != stored
    assert newer.fits(PASSWORD, again) == (True, None)


def test_an_unknown_user_costs_as_many_hashes_as_a_known_one():
    class Counting(Argon2Hasher):
        worked = 0

        def hash(self, password, *, salt=None):
            type(self).worked += 1
            return super().hash(password, salt=salt)

        def verify(self, password, hash):
            type(self).worked += 1
            return super().verify(password, hash)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    stored = passwords.hash(PASSWORD, name="eva")
    Counting.worked = 0
    passwords.fits("wrong", stored)
    assert Counting.worked == 1
    passwords.fits("wrong", None)
    assert Counting.worked == 2


def test_only_so_many_passwords_are_hashed_at_once(passwords):
    running, most = [], []

    class Slow(Argon2Hasher):
        def hash(self, password, *, salt=None):
            running.append(1)
            most.append(len(running))
            try:
                return super().hash(password, salt=salt)
            finally:
                running.pop()

    passwords = Passwords(Slow(time_cost=1, memory_cost=1024, parallelism=1), at_once=2)
    threads = [Thread(target=passwords.fits, args=("wrong", None)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 8
    assert max(most) <= 2


def test_a_session_dies_unused_and_dies_of_age(people, clock):
    secret = people.session_of(people.user("eva"))
    clock.step(minutes=59)
    signed_in = people.by_session(secret)
    assert signed_in.viewer.name == "eva"
    with people.database.write() as session:
        session.get(SignIn, signed_in.session_id).seen_at = clock()
    clock.step(minutes=59)
    assert people.by_session(secret)
    clock.step(minutes=2)
    assert people.by_session(secret) is None

    secret = people.session_of(people.user("bo"))
    for _ in range(11):
        clock.step(minutes=55)
        if signed_in := people.by_session(secret):
            with people.database.write() as session:
                session.get(SignIn, signed_in.session_id).seen_at = clock()
    assert people.by_session(secret) is None


def test_no_secret_is_kept_in_a_form_that_opens_anything(people):
    eva = people.user("eva", "administrator")
    secrets = [
        people.session_of(eva),
        people.do(tokens.make_token, eva, "export")[1],
        people.do(sign_ins.make_link, eva, lifetime=timedelta(hours=1)),
    ]
    kept = []
    with people.database.read() as session:
        for kind in (SignIn, Token, SignInLink):
            kept += [value for row in session.scalars(select(kind)) for value in vars(row).values()]
    kept += people.lines()
    for secret in secrets:
        assert len(secret) >= 43  # 256 bits
        assert secret not in str(kept)
    for text in kept:
        if isinstance(text, str) and len(text) == 64:
            assert people.by_session(text) is None
            assert people.by_token(text) is None


def test_every_sign_in_has_a_secret_of_its_own(people):
    eva = people.user("eva")
    assert len({people.session_of(eva) for _ in range(20)}) == 20


def test_one_ends_ones_own_sessions_and_nobody_elses(people):
    eva, bo = people.user("eva"), people.user("bo")
    secret = people.session_of(eva)
    mine = people.by_session(secret)
    other = people.by_session(people.session_of(bo))
    with pytest.raises(NotFound):
        people.do(sign_ins.end_session, other.session_id, by=mine.viewer)
    with pytest.raises(NotAllowed):
        people.do(sign_ins.end_sessions_of, bo, by=mine.viewer)
    people.do(sign_ins.end_session, mine.session_id, by=mine.viewer)
    assert people.by_session(secret) is None
    ended = sum(line["kind"] == "session-ended" for line in people.lines())
    people.do(sign_ins.end_session, mine.session_id, by=mine.viewer)
    assert sum(line["kind"] == "session-ended" for line in people.lines()) == ended == 1


def test_all_sessions_but_this_one_end_together(people):
    eva = people.user("eva")
    others = [people.session_of(eva) for _ in range(3)]
    mine = people.session_of(eva)
    keep = people.by_session(mine)
    assert people.do(sign_ins.end_sessions_of, eva, by=keep.viewer, keep=keep.session_id) == 3
    assert people.by_session(mine)
    assert not any(people.by_session(secret) for secret in others)


def test_a_list_of_sessions_shows_the_open_ones_to_whom_they_concern(people, clock):
    eva, bo = people.user("eva"), people.user("bo")
    people.session_of(eva)
    clock.step(minutes=61)
    viewer = people.viewer(eva)
    people.session_of(bo)
    with people.database.read() as session:
        asked = {"now": clock(), "lifetimes": LIFETIMES}
        own = sign_ins.list_sessions(session, by=viewer, user_id=eva, **asked)
        assert [line.user for line in own.items] == ["eva"]
        every = sign_ins.list_sessions(session, by=operator(session), limit=1, **asked)
        assert (len(every.items), every.total) == (1, 2)
        for user_id in (None, bo):
            with pytest.raises(NotAllowed):
                sign_ins.list_sessions(session, by=viewer, user_id=user_id, **asked)


def test_a_new_password_ends_the_sessions_that_the_old_one_opened(people):
    eva = people.user("eva")
    old, mine = people.session_of(eva), people.session_of(eva)
    keep = people.by_session(mine)
    people.do(accounts.set_password, eva, "hash", by=keep.viewer, keep=keep.session_id)
    assert people.by_session(old) is None
    assert people.by_session(mine)
    people.do(accounts.set_password, eva, "hash")
    assert people.by_session(mine) is None


def test_whoever_is_kept_out_is_out_at_once_and_for_good(people):
    people.user("ada", "administrator")
    eva = people.user("eva")
    secret = people.session_of(eva)
    token = people.do(tokens.make_token, eva, "export")[1]
    link = people.do(sign_ins.make_link, eva, lifetime=timedelta(hours=1))
    people.do(accounts.set_password, eva, "hash")
    people.do(accounts.disable, eva)
    assert people.by_session(secret) is None
    assert people.by_token(token) is None
    with people.database.write() as session:
        assert accounts.stored_password(session, "eva") is None
        with pytest.raises(NotSignedIn):
            sign_ins.use_link(session, link, at=people.clock())
    people.do(accounts.enable, eva)
    assert people.by_session(secret) is None
    assert people.by_token(token) is None
    with people.database.read() as session:
        assert accounts.stored_password(session, "EVA") == (eva, "hash")


def test_the_last_administrator_stays(people):
    ada = people.user("ada", "administrator")
    people.user("eva", "manager")
    with pytest.raises(Conflict):
        people.do(accounts.disable, ada)
    with pytest.raises(Conflict):
        people.do(accounts.set_role, ada, "staff")
    bea = people.user("bea", "administrator")
    people.do(accounts.disable, ada)
    with pytest.raises(Conflict):
        people.do(accounts.set_role, bea, "legal")


def test_a_link_signs_in_once(people, clock):
    eva = people.user("eva")
    link = people.do(sign_ins.make_link, eva, lifetime=timedelta(hours=1))
    with people.database.write() as session:
        secret = sign_ins.use_link(session, link, at=clock(), agent="x" * 999)
    assert people.by_session(secret).viewer.account_id == eva
    with people.database.write() as session, pytest.raises(NotSignedIn):
        sign_ins.use_link(session, link, at=clock())
    late = people.do(sign_ins.make_link, eva, lifetime=timedelta(hours=1))
    clock.step(hours=1)
    with people.database.write() as session, pytest.raises(NotSignedIn):
        sign_ins.use_link(session, late, at=clock())


def test_a_link_that_two_use_at_once_signs_one_in(people, clock):
    link = people.do(sign_ins.make_link, people.user("eva"), lifetime=timedelta(hours=1))
    start, outcomes = Barrier(4), []

    def use():
        start.wait()
        try:
            with people.database.write() as session:
                outcomes.append(sign_ins.use_link(session, link, at=clock()))
        except NotSignedIn as error:
            outcomes.append(error)

    threads = [Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1


def test_a_token_works_until_it_expires_or_is_ended(people, clock):
    eva = people.user("eva", "administrator")
    _, short = people.do(tokens.make_token, eva, "short", lifetime=timedelta(days=1))
    token_id, long = people.do(tokens.make_token, eva, "long")
    assert people.by_token(short).viewer.actor.startswith("token:")
    clock.step(days=1)
    assert people.by_token(short) is None
    assert people.by_token(long)
    people.do(tokens.end_token, token_id)
    assert people.by_token(long) is None
    assert people.by_token("crossfile_") is None


def test_lists_of_tokens_show_a_beginning_and_never_the_secret(people):
    eva = people.user("eva")
    _, secret = people.do(tokens.make_token, eva, "export")
    with people.database.read() as session:
        (line,) = tokens.list_tokens(session, by=operator(session)).items
    assert secret.startswith(line.prefix)
    assert len(line.prefix) < len(secret) / 2
    assert (line.user, line.role, line.name) == ("eva", "staff", "export")
