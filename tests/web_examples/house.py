"""Status, users and grants."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.web_examples.story import NOW, ORDER
from web.views.common import Choice
from web.views.house import (
    CollectionRow,
    Figures,
    GrantRow,
    GroupRow,
    ReasonRow,
    SessionRow,
    StageRow,
    StatusPage,
    TokenRow,
    UserRow,
    UsersPage,
    WantedProgram,
)
from web.views.schemes import Drafted, SchemeRow, SchemesPage, Tried
from web.views.search import RootSeen


def schemes_page() -> SchemesPage:
    return SchemesPage(
        schemes=(
            SchemeRow("purchase-order", "purchase-order", False, ("PO-2024-113", "inköpsorder 77")),
            SchemeRow("test-report", "quality-report", True, ("TR-77",)),
        ),
        bearers=(Choice("invoice", ""), Choice("product", "", is_chosen=True)),
        name="part",
        examples="SP-200\nSP 1034",
        counter_examples="SPARE 200",
        drafted=Drafted(
            '[[schemes]]\nname = "part"\nbearer = "product"\n',
            (Tried("SP-200", ("SP-200",), True), Tried("SPARE 200", (), True),
             Tried("SP 1034", (), False)),
            ORDER,
            ((1, "SP-200"), (3, "SP-201")),
        ),
    )  # fmt: skip


def status_page() -> StatusPage:
    return StatusPage(
        collections=collections(),
        figures=Figures(
            stages=(
                StageRow("parse", 12, 2, 1, NOW - timedelta(minutes=3), 412.5),
                StageRow("index", 0, 0, 0),
            ),
            roots=(RootSeen("filing", "/srv/filing", 2104, 2101, 3),),
            disk_used_bytes=12_345_678_901,
            disk_free_bytes=987_654_321_000,
            engine="tantivy",
            version="0.1.0",
            started_at=NOW - timedelta(days=3),
            wanted=(WantedProgram(("catdoc", "antiword"), "catdoc", 17),),
            last_backup_at=NOW - timedelta(hours=9),
            last_trial_at=NOW - timedelta(days=20),
            is_trial_sound=False,
            unseen_since=NOW - timedelta(days=50),
        ),
        reasons=(
            ReasonRow("encrypted", 11, "/?q=status:encrypted"),
            ReasonRow("no-text", 1, "/?q=status:no-text"),
        ),
    )


def collections() -> tuple[CollectionRow, ...]:
    return (
        CollectionRow("general", 2104, 2080, 12, 12, NOW, "/?q=status:unreadable"),
        CollectionRow("legal", 31, 31, 0, 0),
    )


def users_page() -> UsersPage:
    session = SessionRow(
        "1", "Anna Berg", NOW - timedelta(hours=3), NOW, "Firefox on Windows", True
    )
    return UsersPage(
        users=(
            UserRow("1", "Anna Berg", "coordinator", True, NOW, 2),
            UserRow("2", "Bo Ek", "staff", False),
        ),
        collections=collections(),
        grants=(
            GrantRow("1", "Anna Berg", "general", "write"),
            GrantRow("2", "Bo Ek", "general", "read"),
        ),
        groups=(GroupRow("1", "buyers", (("2", "Bo Ek"),)), GroupRow("2", "auditors")),
        tokens=(TokenRow("1", "scanner", "coordinator", NOW, None, "Anna Berg"),),
        sessions=(session, replace(session, id="2", who="Bo Ek", is_this=False)),
        roles=("administrator", "manager", "coordinator", "staff", "legal"),
        rights=("read", "write"),
        secret="cf_3kXo2nQe8c1vUq5wYb7zT",
        error="There is a user Bo Ek already.",
    )
