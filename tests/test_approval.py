"""Whether a document says of itself that it is a draft, or that it was approved."""

from __future__ import annotations

import pytest

from archive.reading import PageText, ReadingContext
from indexer.extract.facts import find_facts


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Specification 104\nStatus: Approved\nThe seal.", "approved"),
        ("Specification 104\nDocument status: DRAFT for comment\nThe seal.", "draft"),
        ("Specifikation 104\nStatus\tUtkast\nTätningen.", "draft"),
        ("Specifikation 104\nGodkänd av: Eva Ek, 2024-03-01\nTätningen.", "approved"),
        ("Minutes\nApproved by: E. Ek\nStatus: draft\n", "draft"),
        ("DRAFT\n\nSpecification 104", "draft"),
        ("Specification 104\nApproved by: ____________ Date: ____", None),
        ("Specification 104\nApproved by: TBD", None),
        ("Specification 104\nApproved by:\nDate: 2024-01-01", None),
        ("Specification 104\nApproved by: not yet", None),
        ("Specification 104\nApproved by: TBC", None),
        ("Specification 104\nApproved by: to be decided", None),
        ("Specification 104\nApproved by: pending", None),
        ("Specification 104\nApproved by: Signature", None),
        ("Specification 104\nApproved by: Signed", None),
        ("Specification 104\nApproved by | Sign. | Date", None),
        ("Specification 104\nApproved by | Date | Sign.", None),
        ("Specifikation 104\nGodkänd av: ej godkänd", None),
        ("Specifikation 104\nGodkänd av: inte än", None),
        ("Specifikation 104\nGodkänd av: Underskrift", None),
        ("Specifikation 104\nGodkänd av: Datum", None),
        ("Specification 104\nStatus: approved pending review", None),
        ("Specification 104\nStatus: draft, pending review", "draft"),
        ("Specification 104\nApproved by\tSigne Berg\t2024-03-01", "approved"),
        ("Specification 104\nApproved by\tSign.\tDate", None),
        ("Specification 104\nStatus: Approved (pending review)", None),
        ("Terms\nEvery deviation shall be\napproved by the Buyer in writing.", None),
        ("Specification 104\nApproved by | Signe Berg | 2024-03-01", "approved"),
        ("Specification 104\nApproved by: Signy Noting", "approved"),
        ("Minutes\nThe status of the draft was discussed. Approved budgets were read.", None),
        ("Status report\nThe design is approved by all.", None),
    ],
)
def test_a_document_is_a_draft_or_approved_where_its_own_words_say_so(text, value):
    found = find_facts([PageText(1, text)], ReadingContext("filing/a.txt"))
    assert [fact.value for fact in found if fact.name == "approval"] == ([value] if value else [])


def test_the_words_that_say_so_are_its_evidence():
    text = "Specification 104\nApproved by: Eva Ek\nThe seal."
    found = find_facts([PageText(1, text)], ReadingContext("filing/a.txt"))
    (fact,) = (fact for fact in found if fact.name == "approval")
    assert fact.evidence.quote == "Approved by: Eva Ek"
    assert (fact.rule, fact.evidence.page) == ("approved by", 1)
