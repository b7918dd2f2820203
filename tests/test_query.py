"""The query language: what is read, where, and what is said of what is not understood."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.schemes import Recognised
from indexer.search.answers import MESSAGES, Message
from indexer.search.filters import Is, Problem, Within, end_of, read_day, understand
from indexer.search.query import MOST_WORDS, parse, plain_parts
from indexer.search.tree import (
    Either,
    Exactly,
    Expr,
    Field,
    FileNumber,
    Fuzzy,
    Identifier,
    Item,
    Near,
    Prefix,
    Together,
    Word,
)


def shape(expr: Expr) -> object:  # noqa: C901 - a case for each part of a query
    match expr:
        case Word(_, _, found):
            return " ".join(found)
        case Exactly(_, _, found):
            return ("phrase", *found)
        case Near(_, _, found, within):
            return ("near", within, *found)
        case Prefix(_, _, found):
            return ("prefix", *found)
        case Fuzzy(_, _, token):
            return ("fuzzy", token)
        case Identifier(_, _, readings):
            return ("identifier", *(reading.key for reading in readings))
        case FileNumber(_, _, document):
            return ("document", document)
        case Field(_, _, name, value):
            return (name, value)
        case Either(_, _, parts):
            return ("or", *map(signed, parts))
        case Together(_, _, parts):
            return ("and", *map(signed, parts))


def signed(item: Item) -> object:
    found = shape(item.of)
    return (item.sign, found) if item.sign else found


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("pump housing", ["pump", "housing"]),
        ("Pump, pump; PUMP!", ["pump"]),
        ('"a phrase" word', [("phrase", "a", "phrase"), "word"]),
        ("“curly quotes” „low ones“ «French»",
         [("phrase", "curly", "quotes"), ("phrase", "low", "ones"), ("phrase", "french")]),
        ('"late delivery"~5 x', [("near", 5, "late", "delivery"), "x"]),
        ('-“a b”~0', [("-", ("near", 0, "a", "b"))]),
        ('"a b" ~c', [("phrase", "a", "b"), "c"]),
        ("+must -not word", [("+", "must"), ("-", "not"), "word"]),
        ('-"a phrase"', [("-", ("phrase", "a", "phrase"))]),
        ("a OR b c", [("or", "a", "b"), "c"]),
        ("a OR b OR c", [("or", "a", "b", "c")]),
        ("a AND b", ["a", "b"]),
        ("a NOT b", ["a", ("-", "b")]),
        ("(a b) OR -c", [("or", ("and", "a", "b"), ("-", "c"))]),
        ("deliv* delvery~", [("prefix", "deliv"), ("fuzzy", "delvery")]),
        ("PO-2024-1* PO-*", [("prefix", "po", "2024", "1"), ("prefix", "po", "")]),
        ("118/A e-mail", ["118 a", "e mail"]),
        ("the supplier's duty", ["the", "supplier", "duty"]),
        ("kind:invoice Kind:ORDER", [("kind", "invoice"), ("kind", "ORDER")]),
        ('party:"Acme AB" x', [("party", "Acme AB"), "x"]),
        ("(kind:invoice)", [("and", ("kind", "invoice"))]),
        ("path:filing/a(1).pdf", [("path", "filing/a(1).pdf")]),
        ("cited-by:D-000012 D-000012", [("cited-by", "D-000012"), ("document", "D-000012")]),
        ("d-12 D-0000001", ["d 12", ("document", "D-000001")]),
        ("Re: order", ["re", "order"]),
        ("see https://example.org/a", ["see", "https example org a"]),
        ("12:30 - 13:00 — & ...", ["12 30", "13 00"]),
        ("or and not", ["or", "and", "not"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_query_is_read_as(text: str, shapes: list[object]) -> None:
    query = parse(text)
    assert [signed(item) for item in query.items] == shapes
    assert query.notes == ()


@pytest.mark.parametrize(
    ("text", "shapes", "notes"),
    [
        ('say "never closed', ["say", ("phrase", "never", "closed")], [("open-quote", '"')]),
        ("(open pump", [("and", "open", "pump")], [("open-parenthesis", "(")]),
        ("pump) lid", ["pump", "lid"], [("stray-parenthesis", ")")]),
        ("pump ()", ["pump"], [("empty-parentheses", "()")]),
        ("\N{PACKAGE} — ?", [], [("no-words", "\N{PACKAGE} — ?")]),
        ('""', [], [("no-words", '""')]),
        ("OR pump", ["pump"], [("stray-operator", "OR")]),
        ("pump OR", ["pump"], [("stray-operator", "OR")]),
        ("pump OR OR lid", [("or", "pump", "lid")], [("stray-operator", "OR")]),
        ("colour:red", ["colour red"], [("unknown-field", "colour:")]),
        ("inv*ce", ["inv ce"], [("stray-operator", "inv*ce")]),
        ('"a b"~', [("phrase", "a", "b")], [("stray-operator", "~")]),
        ('"one"~3', [("phrase", "one")], [("stray-operator", "~3")]),
        ('"deliver* late"', [("phrase", "deliver", "late")],
         [("star-in-phrase", '"deliver* late"')]),
        ('"a b"~900', [("near", 100, "a", "b")], [("too-far", "~900")]),
        ('"a b c d e f g"~2', [("near", 2, *"abcdef")], [("many-near", '"a b c d e f g"~2')]),
        ("**bold**", [("prefix", "bold")], [("stray-operator", "**bold**")]),
    ],
)  # fmt: skip
def test_what_is_not_understood_is_said_with_its_position(
    text: str, shapes: list[object], notes: list[tuple[str, str]]
) -> None:
    query = parse(text)
    assert [signed(item) for item in query.items] == shapes
    assert [(note.message.id, text[note.start : note.end]) for note in query.notes] == notes


def test_pieces_know_where_they_stand() -> None:
    text = 'pump  +lid -"a b" kind:invoice'
    spans = [text[item.start : item.end] for item in parse(text).items]
    assert spans == ["pump", "+lid", '-"a b"', "kind:invoice"]


def test_an_identifier_is_one_piece_with_all_its_readings() -> None:
    text = "order PO 2024 113 late"
    readings = [
        Recognised("purchase-order", "PO2024113", "PO|2024|113", 6, 17),
        Recognised("contract", "PO2024113", "PO|2024|113", 6, 17),
        Recognised("drawing", "113", "113", 14, 17),
    ]
    query = parse(text, readings)
    found = ("identifier", "PO2024113", "PO2024113")
    assert [shape(item.of) for item in query.items] == ["order", found, "late"]


def test_identifiers_are_looked_for_outside_fields_and_phrases() -> None:
    text = 'PO-1 "PO-2" cites:PO-3 -PO-4'
    assert plain_parts(text) == "PO-1 " + " " * 6 + " " + " " * 10 + " -PO-4"


def test_of_a_very_long_text_the_first_words_are_searched_and_that_is_said() -> None:
    query = parse(" ".join(f"word{n}" for n in range(MOST_WORDS * 3)))
    assert len(query.items) == MOST_WORDS
    assert [note.message.id for note in query.notes] == ["too-long"]


@given(
    st.text(alphabet=st.sampled_from(list('ab1D-0:*~"()+ ORANDkind“”\n')), max_size=40) | st.text()
)
def test_nothing_that_is_typed_is_an_error(text: str) -> None:
    query = parse(text)
    for item in query.items:
        assert 0 <= item.start < item.end <= len(text)
    for note in query.notes:
        assert 0 <= note.start < note.end <= len(text)
        assert note.message.english()
    assert len(plain_parts(text)) == len(text)


def test_parentheses_within_parentheses_without_end_are_no_error() -> None:
    query = parse("(" * 5_000 + "pump")
    assert query.notes


def field(name: str, value: str) -> Field:
    return Field(0, len(name) + len(value) + 1, name, value, len(name) + 1)


def days(low: date | None, high: date | None) -> Within:
    open_end = 2**62
    return Within(
        "date",
        low.toordinal() if low else -open_end,
        high.toordinal() if high else open_end,
    )


@pytest.mark.parametrize(
    ("value", "meaning"),
    [
        ("2024", days(date(2024, 1, 1), date(2024, 12, 31))),
        ("2024-02", days(date(2024, 2, 1), date(2024, 2, 29))),
        ("2024-03-05", days(date(2024, 3, 5), date(2024, 3, 5))),
        ("2023..2024-02", days(date(2023, 1, 1), date(2024, 2, 29))),
        ("..2023", days(None, date(2023, 12, 31))),
        ("2023..", days(date(2023, 1, 1), None)),
        (">=2024-03", days(date(2024, 3, 1), None)),
        (">2024-03", days(date(2024, 4, 1), None)),
        ("<2024", days(None, date(2023, 12, 31))),
        ("<=2024-02", days(None, date(2024, 2, 29))),
    ],
)
def test_dates_and_ranges_of_dates(value: str, meaning: Within) -> None:
    assert understand(field("date", value)) == meaning


@pytest.mark.parametrize(
    "value", ["2024-13", "yesterday", "..", "2024-02-30", ">", "0000", "1..b", "2024..2023"]
)
def test_what_is_no_date_filters_nothing_and_is_said(value: str) -> None:
    assert understand(field("date", value)) == Problem(Message("bad-date", {"value": value}))


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [
        ("10000", 100_000_000, 100_000_000),
        ("10 000,50", 100_005_000, 100_005_000),
        ("10,000.50", 100_005_000, 100_005_000),
        ("10.000,50", 100_005_000, 100_005_000),
        ("100..200", 1_000_000, 2_000_000),
        (">10", 100_001, 2**62),
        ("<10", -(2**62), 99_999),
    ],
)
def test_amounts_as_people_type_them(value: str, low: int, high: int) -> None:
    assert understand(field("total", value)) == Within("total", low, high)


def test_a_kind_is_known_by_the_words_that_such_documents_bear() -> None:
    assert understand(field("kind", "Beställning")) == Is("kind", ("purchase-order",))
    assert understand(field("kind", "följesedel")) == Is("kind", ("delivery-note",))
    assert understand(field("kind", "credit note")) == Is("kind", ("credit-note",))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("total", "much", "bad-amount"),
        ("kind", "pumps", "unknown-kind"),
        ("status", "lost", "unknown-status"),
        ("language", "swedish!", "unknown-value"),
        ("number", "--", "unknown-value"),
        ("product", "?", "unknown-value"),
        ("party", "", "empty-field"),
    ],
)
def test_a_value_that_no_field_knows_is_said(name: str, value: str, message: str) -> None:
    found = understand(field(name, value))
    assert isinstance(found, Problem)
    assert found.message.id == message
    assert found.message.english()


def test_a_field_without_a_value_is_said_and_is_no_word() -> None:
    query = parse("pump kind: Date:")
    assert [note.message.params["field"] for note in query.notes] == ["kind", "date"]
    assert len(query.items) == 1
    assert parse("about: pump").notes == ()  # a word before a colon is a word


def test_a_path_with_a_slash_names_a_file_or_a_folder() -> None:
    assert understand(field("path", "filing/2024/")) == Is("path", ("filing/2024/",))
    assert understand(field("path", "filing/2024")) == Is("path", ("filing/2024", "filing/2024/"))


def test_a_day_ends_with_its_last_instant() -> None:
    assert read_day("2024-02") == date(2024, 2, 29)
    assert end_of(date(2024, 2, 29)).isoformat() == "2024-02-29T23:59:59.999999+00:00"


def test_every_message_can_be_said_in_english() -> None:
    for name, sentence in MESSAGES.items():
        assert name and sentence
