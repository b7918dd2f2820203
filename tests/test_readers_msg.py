"""Outlook's MSG: the body in whichever form it stands, messages within messages."""

from __future__ import annotations

import io

import olefile  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.errors import ReadingFailed
from indexer.parsers.compound import packed
from indexer.parsers.mapi import decompressed
from tests.small_files import pdf, reading, texts
from tests.small_messages import msg_attached, msg_storage

#: The second example of MS-OXRTFCP, 4.1.2: a token that reaches into what it writes.
LZFU = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_attached_messages_are_children_with_their_text_and_their_own_attachments() -> None:
    invoice = pdf(["Invoice"])
    inner = msg_storage(
        subject="Forwarded", body="inner text",
        attached=[msg_attached("Faktura åäö.pdf", invoice)], is_file=False,
    )  # fmt: skip
    outer = msg_storage(
        subject="Order",
        body="see attached",
        attached=[msg_attached("rows.csv", b"a;b"), msg_attached("Forwarded", inner)],
    )
    found = reading(packed(outer), "x.msg")
    assert (found.reader, found.title) == ("msg", "Order")
    assert texts(found) == ["Subject: Order\n\nsee attached"]
    assert [child.name for child in found.children] == ["rows.csv", "Forwarded.msg"]
    within = reading(found.children[1].data, "Forwarded.msg")
    assert texts(within) == ["Subject: Forwarded\n\ninner text"]
    assert [(child.name, child.data) for child in within.children] == [("Faktura åäö.pdf", invoice)]


def test_a_body_that_is_only_compressed_rtf_is_read() -> None:
    found = reading(packed(msg_storage(subject="s", rtf=LZFU)), "x.msg")
    assert texts(found) == ["Subject: s\n\nWXYZWXYZWXYZWXYZWXYZ"]
    plain = (
        rb"{\rtf1\ansi\fromhtml1{\*\htmltag64 <p>}\htmlrtf{\htmlrtf0 Hej \'e5"
        rb"\htmlrtf\par}\htmlrtf0}"
    )
    stored = (len(plain) + 12).to_bytes(4, "little") + len(plain).to_bytes(4, "little")
    data = stored + b"MELA" + bytes(4) + plain
    assert texts(reading(packed(msg_storage(rtf=data)), "x.msg")) == ["Hej å"]


def test_a_damaged_compressed_body_does_not_hide_the_headers() -> None:
    found = reading(packed(msg_storage(subject="s", rtf=LZFU[:12])), "x.msg")
    assert texts(found) == ["Subject: s"]
    with pytest.raises(ReadingFailed):
        decompressed(LZFU[:8] + b"????" + LZFU[12:], 100)
    with pytest.raises(ReadingFailed):
        decompressed(LZFU, 10)


def test_html_in_a_message_is_read_where_it_says_more_than_the_plain_body() -> None:
    html = "<p>Offer of seven pumps, på svenska</p>".encode()
    found = reading(packed(msg_storage(body="Offer", html=html)), "x.msg")
    assert texts(found) == ["Offer of seven pumps, på svenska"]


@given(
    st.dictionaries(st.text("abcÅ", min_size=1, max_size=20), st.binary(max_size=9000), max_size=40)
)
def test_what_is_packed_into_a_compound_file_comes_out_again(streams: dict[str, bytes]) -> None:
    held = {name.upper(): data for name, data in streams.items()}
    with olefile.OleFileIO(io.BytesIO(packed({**held, "inside": held}))) as ole:
        assert len(ole.listdir()) == 2 * len(held)
        for name, data in held.items():
            assert ole.openstream([name]).read() == data
            assert ole.openstream(["inside", name]).read() == data
