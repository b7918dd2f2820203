"""Two versions beside each other: what changed is shown, what is alike is not."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from archive.passages import compare

BEFORE = """Purchase order PO-2024-113

400 pump housings at 103,00 each, delivered no later
than week 22 to our works.

Free of charge.
"""
AFTER = """Purchase order PO-2024-113

400 pump housings at 109,75 each, delivered no later than
week 22 to our works.

A penalty of 0,5 % a week applies.
"""
PAGES = st.lists(st.text(alphabet="ab 1\n", max_size=40), max_size=4)


def texts(passages):
    return [None if one is None else one.text for one in passages]


def test_changed_words_are_marked_and_lines_that_only_break_elsewhere_are_not():
    found = compare([(1, BEFORE)], [(1, AFTER)])
    assert found.alike == 1
    (price, *rest) = found.changes
    assert [price.before.text[slice(*span)] for span in price.before.changed] == ["103,00"]
    assert [price.after.text[slice(*span)] for span in price.after.changed] == ["109,75"]
    assert price.figures == (("103,00", "109,75"),)
    came, went = [texts(one.after for one in rest), texts(one.before for one in rest)]
    assert came == [None, "A penalty of 0,5 % a week applies."]
    assert went == ["Free of charge.", None]


def test_what_moved_to_another_page_is_alike():
    found = compare([(1, BEFORE)], [(1, "Cover\n"), (2, BEFORE)])
    assert (found.alike, texts(one.after for one in found.changes)) == (3, ["Cover"])


def test_a_heading_that_one_side_sets_apart_is_alike_and_a_label_keeps_its_line():
    before = (
        "The housing is of grey iron, the shaft seal of FKM.\n4 Acceptance\nDate 20 January 2023\n"
    )
    after = (
        "The housing is of grey iron, the shaft seal of EPDM.\n\n4 Acceptance\nDate 3 May 2024\n"
    )
    found = compare([(1, before)], [(1, after)])
    assert [(marked(one.before), marked(one.after), one.figures) for one in found.changes] == [
        (["FKM."], ["EPDM."], ()),
        (["20 January 2023"], ["3 May 2024"], (("20 January 2023", "3 May 2024"),)),
    ]


def marked(passage):
    return [passage.text[slice(*span)] for span in passage.changed]


def unmarked(passage):
    """The words of it that are said to be alike."""
    words, at = [], 0
    for start, end in (*passage.changed, (len(passage.text), 0)):
        words += passage.text[at:start].split()
        at = end
    return words


@given(before=PAGES, after=PAGES)
def test_nothing_of_either_side_is_lost(before, after):
    found = compare(enumerate(before, 1), enumerate(after, 1))
    rest = []
    for side, name in ((before, "before"), (after, "after")):
        words = Counter(word for text in side for word in text.split())
        for one in found.changes:
            if passage := getattr(one, name):
                is_pair = one.before and one.after
                kept = unmarked(passage) if is_pair else []
                words -= Counter(passage.text.split())
                words += Counter(kept)
                assert is_pair or not passage.changed
        rest.append(words)
    assert rest[0] == rest[1]  # what is not shown as changed is there on both sides
    for one in found.changes:
        if one.before and one.after:
            assert unmarked(one.before) == unmarked(one.after)
            assert marked(one.before) or marked(one.after)
    assert compare(enumerate(after, 1), enumerate(after, 1)).changes == ()


def test_two_versions_are_compared_over_http_and_on_a_page(house):
    path = house.tree / "orders" / "drawing note.md"
    for text in ("# Note\n\nLength 41 mm, see PO-2024-113.\n", "# Note\n\nLength 43 mm.\n"):
        path.write_text(text, encoding="utf-8")
        house.read()
    document = house.document("filing/orders/drawing note.md")
    told = house.by("sven").get(f"documents/{document}/difference").json()
    assert (told["from"], told["to"], told["truncated"]) == (1, 2, False)
    (change,) = told["changes"]
    assert (change["before"]["page"], change["after"]["text"]) == (1, "Length 43 mm.")
    gone = [(line["scheme"], line["change"]) for line in told["identifiers"]]
    assert gone == [("purchase-order", "gone")]
    back = house.by("sven").get(f"documents/{document}/difference?from=2&to=1").json()
    assert [line["change"] for line in back["identifiers"]] == ["new"]
    missing = house.by("sven").get(f"documents/{document}/difference?from=7")
    assert missing.status_code == 404
