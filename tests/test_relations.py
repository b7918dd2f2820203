"""What a citation means: the table's own examples, and the rules around it."""

from __future__ import annotations

import pytest

from archive.vocabulary import KINDS, REGISTERS, RELATIONS
from indexer.extract.relations import CUES, DEFAULTS, RelationTable

EXAMPLES = [
    pytest.param(cue, text, number, id=f"{cue.relation}: {text}")
    for cue in CUES
    for text, number in cue.examples
]


@pytest.mark.parametrize(("cue", "text", "number"), EXAMPLES)
def test_each_cue_says_its_relation_in_its_own_examples(cue, text, number):
    kind = cue.kinds[0] if cue.kinds else "letter"
    bearer = cue.bearers[0] if cue.bearers else "specification"
    start = text.index(number)
    table = RelationTable(kind)
    assert table.relation(text, start, start + len(number), bearer) == cue.relation


def test_every_cue_has_an_example_and_known_words_only():
    for cue in CUES:
        assert cue.examples
        assert cue.relation in RELATIONS
        assert {*cue.kinds} <= {*KINDS}
        assert {*cue.bearers} <= {*KINDS, *REGISTERS}
    for kind, bearers in DEFAULTS.items():
        assert kind in KINDS
        assert {*bearers} <= {*KINDS, *REGISTERS}
        assert {*bearers.values()} <= {*RELATIONS}


@pytest.mark.parametrize(
    ("kind", "bearer", "relation"),
    [
        ("invoice", "purchase-order", "bills"),
        ("purchase-order", "contract", "under"),
        ("delivery-note", "purchase-order", "delivers"),
        ("order-response", "purchase-order", "confirms"),
        ("change-request", "specification", "changes"),
        ("quality-report", "product", "concerns"),
        ("amendment", "contract", "amends"),
        ("credit-note", "invoice", "credits"),
        ("quotation", "request-for-quotation", "quotes-for"),
        ("letter", "invoice", "cites"),
    ],
)
def test_kind_and_bearer_say_the_relation_where_no_words_do(kind, bearer, relation):
    assert RelationTable(kind).relation("X-1", 0, 3, bearer) == relation


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("It replaces SPEC-7 and requires {}", "requires"),
        ("It replaces SPEC-7. Read {}", "cites"),
        ("It does not replace or supersede anything, see {}", "cites"),
        ("Den ersätter inte {}", "cites"),
        ("This specification never replaces {}", "cites"),
        ("Replaces:\n- SPEC-6\n- {}", "supersedes"),
        ("{} is superseded by this document", "supersedes"),
        ("superseded by {}", "superseded-by"),
        ("Ersätts med {}", "superseded-by"),
        ("Bulten ersätts med stål enligt {}", "cites"),
        ("Replacement of {}", "supersedes"),
        ("Replacement of the bearings of {}", "cites"),
        ("Bilagorna ersätts av denna, som i allt väsentligt bygger på {}", "cites"),
    ],
)
def test_the_nearest_words_of_the_sentence_count(text, relation):
    number = "SPEC-8"
    start = text.index("{}")
    text = text.replace("{}", number)
    found = RelationTable("specification").relation(
        text, start, start + len(number), "specification"
    )
    assert found == relation


@pytest.mark.parametrize(
    ("text", "relation"),
    [
        ("Nachtrag Nr. 2 zum Vertrag {}", "amends"),
        ("avenant n° 3 au contrat {}", "amends"),
        ("Amendment 2 to {}", "amends"),
        ("Abruf Nr. 3 aus Rahmenvertrag {}", "under"),
        ("Call-off no. 3 under framework agreement {}", "under"),
        ("Avrop 3 från ramavtal {}", "under"),
    ],
)
def test_which_amendment_or_call_off_it_is_may_stand_between(text, relation):
    start = text.index("{}")
    table = RelationTable("purchase-order")
    assert table.relation(text, start, len(text), "contract") == relation


def test_what_this_document_replaces_is_not_what_replaces_it():
    labels = {"ersätts av": "superseded-by"}
    text = "Ersätts av denna specifikation: SPEC-100"
    start = text.index("SPEC")
    found = RelationTable("specification").relation(text, start, len(text), "specification", labels)
    assert found == "supersedes"


def test_the_labels_of_a_scheme_are_cues_too():
    table = RelationTable("specification")
    labels = {"builds on": "requires", "see": "cites"}
    text = "It builds-on EIP-20"
    assert table.relation(text, text.index("EIP"), len(text), "specification", labels) == "requires"
    text = "It never builds on EIP-20"
    assert table.relation(text, text.index("EIP"), len(text), "specification", labels) == "cites"
