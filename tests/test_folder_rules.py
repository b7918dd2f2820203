"""Filing rules: what folders say becomes a reference where it is registered, else a proposal."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from archive import register_proposals
from archive.access import operator
from archive.config import Config, load_config
from archive.config_rules import FilingRule
from archive.errors import ConfigError, NotAllowed, NotFound
from archive.folder_rules import FolderRules
from archive.models import Fact, Reference, Version
from indexer.extract.kinds import folder_kind
from tests.register_house import RegisterHouse


@pytest.fixture
def house(database_url, tmp_path, clock):
    house = RegisterHouse(database_url, tmp_path, clock)
    yield house
    house.close()


def proposals(house, viewer=None):
    with house.database.read() as session:
        found = register_proposals.list_proposals(session, viewer or operator(session))
        return [(p.register, p.name, p.collection, p.path, p.documents) for p in found.items]


def answer(house, viewer, *, accept):
    house.clock.step()
    with house.database.write() as session:
        first = register_proposals.list_proposals(session, viewer).items[0]
        if accept:
            return register_proposals.accept(
                session, viewer, first.id, house.clock(), schemes=house.schemes
            )
        return register_proposals.reject(session, viewer, first.id, house.clock())


def kind(house, version_id):
    with house.database.read() as session:
        facts = session.scalars(
            select(Fact).where(
                Fact.version_id == version_id, Fact.name == "kind", Fact.retracted_at.is_(None)
            )
        ).all()
        shown = session.get_one(Version, version_id).kind
        return shown, [(fact.origin, fact.confidence <= 0.5) for fact in facts]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("filing/products/AV-200/invoices/2024/a.pdf", {"product": "AV-200", "kind": "invoices"}),
        ("filing/Products/AV 200/x/mail.eml", {"product": "AV 200", "kind": "x"}),
        ("filing/products/AV!/x/a.pdf", {"product": "AV!", "kind": "x"}),
        ("filing/products/Å1/x/a", {"product": "Å1", "kind": "x"}),
        ("filing/products/AV-200/a.pdf", {}),
        ("filing/old/products/AV-200/x/a.pdf", {}),
        ("mail/only/Nord/a.pdf", {"party": "Nord"}),
        ("filing/only/Nord/a.pdf", {}),
    ],
)
def test_folders_say_what_the_rules_catch(path, said):
    rules = FolderRules(
        [
            FilingRule(match="products/{product}/{kind}/**"),
            FilingRule(match="only/{party}/**", root="mail"),
        ]
    )
    assert {one.what: one.text for one in rules.said(path)} == said


def test_a_rule_that_is_no_pattern_is_refused_at_start(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('[[filing_rules]]\nmatch = "{product}/{product}/**"\n')
    with pytest.raises(ConfigError, match="filing_rules"):
        load_config(file)
    assert Config().filing_rules == ()


def test_folders_are_called_in_the_plural_in_both_languages():
    for folder, expected in (
        ("Invoices", "invoice"), ("fakturor", "invoice"), ("Offerter", "quotation"),
        ("ritningar", "drawing"), ("Contracts", "contract"), ("avtal", "contract"),
        ("order", "purchase-order"), ("2024", None), ("misc", None),
    ):  # fmt: skip
        assert folder_kind(folder) == expected


def test_what_lies_in_a_registered_products_folder_is_about_it(house):
    house.register("product", code="AV-200", name="Aurora")
    house.put("products/av 200/misc/a.txt", "nothing to see")
    assert house.references() == [
        ("products/av 200/misc/a.txt", "about", "product", "AV-200", "resolved")
    ]
    with house.database.read() as session:
        row = session.scalars(select(Reference)).one()
        assert (row.origin, row.where, row.page) == ("folder", "products/{product}/{kind}/**", None)
    assert proposals(house) == []


def test_a_folder_may_bear_a_name_or_a_partys_name_without_its_form(house):
    house.register("product", code="AV-200", name="Aurora")
    house.register("party", name="Nord Gjuteri AB")
    house.put("products/Aurora/misc/a.txt", "nothing")
    house.put("orders/Nord Gjuteri/b.txt", "nothing")
    assert [line[2:] for line in house.references()] == [
        ("party", "Nord Gjuteri AB", "resolved"),
        ("product", "AV-200", "resolved"),
    ]


def test_two_parties_of_one_short_name_are_ambiguous(house):
    house.register("party", name="Nord AB")
    house.register("party", name="Nord GmbH")
    house.put("orders/Nord/b.txt", "nothing")
    assert house.references()[0][3:] == (None, "ambiguous")


def test_a_name_that_no_register_knows_is_proposed_once(house):
    for number in range(3):
        house.put(f"products/Polaris/misc/{number}.txt", f"text {number}")
    house.reread(1, "text 0")
    assert proposals(house) == [("product", "Polaris", "general", "filing/products/Polaris", 3)]
    assert house.references() == []


def test_accepting_a_proposal_registers_it_and_links_what_lies_there(house):
    house.put("products/Polaris/misc/0.txt", "text")
    eva = house.viewer("general")
    with pytest.raises(NotAllowed):
        answer(house, house.viewer("general", role="staff"), accept=True)
    assert answer(house, eva, accept=True).code == "Polaris"
    assert proposals(house) == []
    house.look_for_names()
    assert house.references()[0][1:] == ("about", "product", "Polaris", "resolved")


def test_a_rejected_proposal_does_not_come_again(house):
    house.put("products/Polaris/misc/0.txt", "text")
    answer(house, house.viewer("general"), accept=False)
    house.put("products/Polaris/misc/1.txt", "more text")
    assert proposals(house) == []


def test_registering_the_name_oneself_answers_the_proposal(house):
    house.put("products/AV 200/misc/0.txt", "text")
    house.register("product", code="AV-200", name="Aurora")
    assert proposals(house) == []
    house.look_for_names()
    assert house.references()[0][3] == "AV-200"


def test_what_is_registered_where_one_may_not_look_changes_nothing(house):
    house.register("product", "secret", code="Polaris", name="Hidden")
    house.put("products/Polaris/misc/0.txt", "text")
    eva = house.viewer("general")
    assert house.references(eva) == []
    assert [line[:3] for line in proposals(house, eva)] == [("product", "Polaris", "general")]
    both = house.viewer("general", "secret")
    assert house.references(both)[0][3:] == ("Polaris", "resolved") and not proposals(house, both)
    with house.database.read() as session, pytest.raises(NotFound):
        register_proposals.accept(
            session, house.viewer("secret"), 1, house.clock(), schemes=house.schemes
        )


def test_a_file_that_moved_away_is_no_longer_about_it_once_it_is_read_again(house):
    house.register("product", code="AV-200", name="Aurora")
    version = house.put("products/AV-200/misc/a.txt", "text")
    house.file("elsewhere/a.txt", b"text")
    house.intake.gone("filing", ["products/AV-200/misc/a.txt"])
    before = house.clock()
    house.reread(version, "text")
    assert house.references() == []
    assert house.references(as_of=before)[0][3] == "AV-200"


def test_the_folder_says_the_kind_only_where_the_text_does_not(house):
    unsaid = house.put("products/X/fakturor/a.txt", "just some words")
    said = house.put("products/X/fakturor/b.txt", "Quotation\nQuotation no: Q-2024-15\n")
    strange = house.put("products/X/misc/c.txt", "just some more words")
    assert kind(house, unsaid) == ("invoice", [("folder", True)])
    assert kind(house, said)[0] == "quotation" and kind(house, said)[1][0][0] == "text"
    assert kind(house, strange)[0] == "other"
