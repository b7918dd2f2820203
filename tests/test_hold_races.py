"""A hold is placed while the worker destroys: what was held first is never destroyed."""

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest
from sqlalchemy import delete, select

from archive import holding
from archive.disposing import Disposer
from archive.errors import NotAllowed, NotFound, UsageError
from archive.holds import standing
from archive.models import Event, Job
from tests.disposal_house import DisposalHouse
from tests.test_disposal import INVOICE, put

RACES = int(os.environ.get("CROSSFILE_RACES", "6"))
SEED = int(os.environ.get("CROSSFILE_RACES_SEED", "0"))
LEAD = 1.1  # of the hold, at most, by the time that the one before took: each comes first at times


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = DisposalHouse(database_url, tmp_path / "here", clock)
    yield house
    house.close()


def test_a_hold_and_a_disposal_that_race_never_destroy_what_is_held(house):
    """`CROSSFILE_RACES=1000` asks for more than the sample of every test run."""
    matter, by = house.open(), house.person("legal one")
    won, dice, took = Counter[str](), random.Random(SEED), [0.1]
    for number in range(RACES):
        text = INVOICE.replace("INV-77", f"INV-{number:05}")
        invoice = put(house, f"{number}.txt", text)
        disposal = house.propose(invoice)
        house.approve(disposal)
        house.clock.step(days=31)
        disposer = house.disposer()

        def dispose(disposal: int, disposer: Disposer, lead_s: float) -> None:
            time.sleep(lead_s)
            disposer.carry_out(disposal)

        def hold(wanted: str) -> None:
            begun = time.monotonic()
            with suppress(NotFound, NotAllowed, UsageError):  # it may be gone when it is looked for
                house.hold(matter, seeds=(wanted,), depth=0)
            took.append(time.monotonic() - begun)

        lead_s = dice.uniform(0, LEAD) * took[-1]
        threads = [
            threading.Thread(target=dispose, args=(disposal, disposer, lead_s)),
            threading.Thread(target=hold, args=(f"INV-{number:05}",)),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        is_there = house.is_there(invoice)
        with house.database.read() as session:
            gone = session.scalars(
                select(Event.number).where(Event.kind == "disposed", Event.document_id == invoice)
            ).first()
            held = session.scalars(
                select(Event.number)
                .where(Event.kind == "hold-placed")
                .order_by(Event.number.desc())
            ).first()
            holds = standing(session)
        assert is_there is (gone is None)
        if not is_there and holds:
            assert gone < held, "it was destroyed after the hold was committed"
        won["held" if is_there else "destroyed"] += 1
        with house.database.write() as session:
            for one in standing(session):
                holding.release(session, by, one.id, "again", house.clock())
            session.execute(delete(Job).where(Job.kind != "dispose"))
    assert house.findings() == []
    print(f"{won.total()} races: {won['held']} held, {won['destroyed']} destroyed first")
