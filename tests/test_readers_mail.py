"""EML, MHTML, MBOX: the message is the page, attachments and messages are children."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.parsers.limits import Limits
from tests.small_files import mail, pdf, reading, texts
from tests.small_messages import (
    MESSAGE_INTERFACE,
    pkcs7_enveloped,
    pkcs7_in_pieces,
    pkcs7_signed,
    tnef,
    tnef_message,
)


def test_a_mail_is_a_page_with_its_headers_on_top() -> None:
    found = reading(mail("Hej Björn,\nsee the order.").as_bytes(), "x.eml")
    assert texts(found) == [
        "From: Anna Åberg <anna@acme.example>\n"
        "To: Björn <bjorn@buyer.example>\n"
        "Date: Tue, 05 Mar 2024 10:00:00 +0100\n"
        "Subject: Order PO-2024-113\n"
        "\n"
        "Hej Björn,\nsee the order."
    ]
    assert found.title == "Order PO-2024-113"
    assert ("Message-ID", "<1@acme.example>") in found.headers


def test_who_answers_go_to_and_who_was_not_to_be_seen_stand_on_top_too() -> None:
    message = mail("see the order")
    message["Bcc"] = "legal@acme.example"
    message["Reply-To"] = "orders@acme.example"
    (text,) = texts(reading(message.as_bytes(), "x.eml"))
    assert [line.partition(":")[0] for line in text.splitlines()[:5]] == [
        "From", "Reply-To", "To", "Bcc", "Date"
    ]  # fmt: skip


def test_attachments_are_children_in_their_order_byte_for_byte() -> None:
    message = mail("see attached")
    invoice = pdf(["Invoice INV-77"])
    message.add_attachment(invoice, "application", "pdf", filename="Faktura åäö.pdf")
    message.add_attachment("a;b\n", subtype="csv", filename="rows.csv")
    message.add_attachment(mail("inner", subject="Forwarded"))
    found = reading(message.as_bytes(), "x.eml")
    assert [(c.position, c.name, c.media_type) for c in found.children] == [
        (1, "Faktura åäö.pdf", "application/pdf"),
        (2, "rows.csv", "text/csv"),
        (3, "message-3.eml", "message/rfc822"),
    ]
    assert found.children[0].data == invoice
    assert reading(found.children[2].data, "message-3.eml").title == "Forwarded"
    assert "inner" not in texts(found)[0]


@pytest.mark.parametrize(
    ("plain", "html", "body"),
    [
        ("plain words", "<p>plain words</p>", "plain words"),
        ("Order PO-7 of two pumps", "<p>Order <b>PO-7</b> of two pumps, please</p>",
         "Order PO-7 of two pumps"),
        ("See http://a.example/x", "<p>See the long offer of pumps</p>",
         "See the long offer of pumps"),
        ("Offer", "<p>Offer of seven pumps at 40 EUR</p>", "Offer of seven pumps at 40 EUR"),
        ("Your program shows no HTML.", "<p>Offer of seven pumps</p>",
         "Your program shows no HTML.\n\nOffer of seven pumps"),
        ("", "<p>Only <b>rich</b></p><p>åäö</p>", "Only rich\nåäö"),
    ],
)  # fmt: skip
def test_of_alternatives_the_one_that_says_more_is_read_and_both_where_they_differ(
    plain: str, html: str, body: str
) -> None:
    (text,) = texts(reading(mail(plain, html=html).as_bytes(), "x.eml"))
    assert text.partition("\n\n")[2] == body


def test_a_body_without_spaces_does_not_hold_the_reader_up() -> None:
    long = "a" * 90_000
    found = reading(mail(long * 20, html=f"<p>{long * 20}b</p>").as_bytes(), "x.eml")
    assert len(texts(found)[0]) > 1_800_000


def test_html_alone_is_read() -> None:
    html = mail("x")
    html.set_content("<p>Only <b>rich</b></p><p>åäö</p>", subtype="html")
    assert texts(reading(html.as_bytes(), "x.eml"))[0].endswith("\n\nOnly rich\nåäö")


def test_files_within_an_alternative_are_children_whichever_text_is_read() -> None:
    message = mail("the same words", html="<p>the same words</p>")
    rich = message.get_payload()[1]
    assert isinstance(rich, EmailMessage)
    rich.make_mixed()
    rich.add_attachment(pdf(["Invoice"]), "application", "pdf", filename="invoice.pdf")
    found = reading(message.as_bytes(), "x.eml")
    assert [child.name for child in found.children] == ["invoice.pdf"]


def test_attachments_beyond_the_limit_are_said() -> None:
    message = mail("see attached")
    for name in "abc":
        message.add_attachment(b"x", "text", "csv", filename=f"{name}.csv")
    found = reading(message.as_bytes(), "x.eml", Limits(max_members=2))
    assert len(found.children) == 2
    assert (found.reason_code, found.reason) == (
        "truncated", "1 files inside exceed the limits and were left out.",
    )  # fmt: skip


def test_a_winmail_dat_gives_the_message_its_body_and_its_attachments() -> None:
    message = mail("")
    invoice = pdf(["Invoice"])
    inner = tnef(tnef_message(body="inner"), [])
    wrapped = tnef(
        tnef_message(html=b"<p>Hej <b>Bj\xf6rn</b></p>"),
        [("Faktura åäö.pdf", invoice), ("forwarded", MESSAGE_INTERFACE + inner)],
    )
    message.add_attachment(wrapped, "application", "ms-tnef", filename="winmail.dat")
    found = reading(message.as_bytes(), "x.eml")
    assert texts(found)[0].endswith("\n\nHej Björn")
    assert [(child.name, child.data) for child in found.children] == [
        ("Faktura åäö.pdf", invoice), ("forwarded", inner),
    ]  # fmt: skip
    assert texts(reading(inner, "forwarded")) == ["inner"]


@given(st.integers(0, 400))
def test_a_winmail_dat_that_is_cut_off_ends_in_a_reading(size: int) -> None:
    data = tnef(tnef_message(body="text", html=b"<p>x</p>"), [("a.txt", b"x" * 50)])
    found = reading(data[: 6 + size], "winmail.dat")
    assert found.reader == "tnef"


@pytest.mark.parametrize("is_der", [True, False])
def test_an_opaque_signed_mail_is_read_as_what_is_signed(is_der: bool) -> None:
    inside = mail("signed text")
    inside.add_attachment(b"a;b", "text", "csv", filename="rows.csv")
    message = mail("")
    signed = pkcs7_signed(inside.as_bytes()) if is_der else pkcs7_in_pieces(inside.as_bytes())
    message.set_content(
        signed, "application", "pkcs7-mime", filename="smime.p7m",
        params={"smime-type": "signed-data"},
    )  # fmt: skip
    found = reading(message.as_bytes(), "x.eml")
    assert texts(found)[0].endswith("\n\nsigned text")
    assert [child.name for child in found.children] == ["rows.csv"]


@pytest.mark.parametrize("border", [b"", b"-----BEGIN PKCS7-----\n"])
def test_a_signed_file_in_base64_is_read_as_the_one_behind_it(border: bytes) -> None:
    signed = border + base64.encodebytes(pkcs7_signed(b"<a>x</a>"))
    if border:
        signed += b"-----END PKCS7-----\n"
    found = reading(signed, "invoice.xml.p7m")
    assert [(child.name, child.data) for child in found.children] == [("invoice.xml", b"<a>x</a>")]
    assert reading(b"MINUTES of the meeting\nAll were there.", "m.txt").reader == "text"


def test_a_signed_file_is_a_container_of_what_is_signed() -> None:
    found = reading(pkcs7_signed(b"<a>x</a>"), "invoice.xml.p7m")
    assert [(child.name, child.data) for child in found.children] == [("invoice.xml", b"<a>x</a>")]
    assert reading(pkcs7_enveloped(), "secret.p7m").reason_code == "encrypted"
    assert reading(pkcs7_signed(b"x")[:60], "cut.p7m").reason_code == "damaged"


def test_an_unknown_charset_and_a_broken_header_do_not_hide_the_message() -> None:
    data = (
        b"From: =?utf-8?Q?=C3?= <a@b>\nTo: undisclosed-recipients:;\nDate: yesterday\n"
        b"Subject: =?x-unknown?B?w6U=?=\nContent-Type: text/plain; charset=x-none\n\nsm\xf6rg\xe5s"
    )
    (text,) = texts(reading(data, "x.eml"))
    assert text.endswith("\n\nsmörgås")
    assert "Date: yesterday" in text


def test_a_saved_web_page_is_read_with_its_title_and_its_pictures_as_children() -> None:
    page = EmailMessage()
    page["From"] = "<Saved by a browser>"
    page["Snapshot-Content-Location"] = "https://acme.example/order"
    page["MIME-Version"] = "1.0"
    html = "<html><head><title>Order å</title></head><body><p>Two pumps</p></body></html>"
    page.set_content(html, subtype="html", cte="quoted-printable")
    page.add_related(b"\x89PNG\r\n\x1a\n", "image", "png")
    page.add_related(b"p {}", "text", "css", headers=["Content-Location: https://a.example/a.css"])
    frame = ["Content-Location: https://acme.example/frame"]
    page.add_related("<p>in a frame</p>", subtype="html", headers=frame)
    found = reading(page.as_bytes(), "page.mht")
    assert found.reader == "eml"
    assert found.title == "Order å"
    assert texts(found)[0].endswith("Order å\nTwo pumps\nin a frame")
    assert [child.name for child in found.children] == ["part-1.png"]


def test_messages_of_an_mbox_are_children_with_their_quoting_undone() -> None:
    one = b"From a@b Tue Mar  5 10:00:00 2024\nSubject: one\nFrom: a\n\n>From here on\n\n"
    two = b"From c@d Wed Mar  6 10:00:00 2024\nSubject: two\nFrom: c\n\nFrom the board\n"
    found = reading(one + two, "inbox.mbox")
    assert [reading(child.data, child.name).title for child in found.children] == ["one", "two"]
    assert b"\nFrom here on" in found.children[0].data
    assert b"From the board" in found.children[1].data


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), st.binary())
def test_a_mail_is_known_as_one_whatever_its_body_holds(subject: str, body: bytes) -> None:
    message = mail("-", subject=subject)
    head = message.as_bytes().partition(b"\n\n")[0]
    found = reading(head + b"\n\n" + body, "x")
    assert (found.reader, found.reason_code) == ("eml", None)
    assert "From: Anna Åberg" in texts(found)[0]


def test_real_outlook_messages_are_read(corpora: Path) -> None:
    for path in corpora.rglob("*.msg"):
        found = reading(path.read_bytes(), path.name)
        assert found.reader == "msg"
        assert found.pages or found.reason_code


def said_to_be(charset: str, body: bytes, kind: str = "plain") -> bytes:
    """A mail whose body is of this charset, as it says."""
    return (
        b"From: a@b.example\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        + f"Content-Type: text/{kind}; charset={charset}\r\n".encode()
        + b"Content-Transfer-Encoding: 8bit\r\n\r\n" + body
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["plain", "html"])
@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("us-ascii", "utf-8"), ("iso-8859-1", "utf-8"), ("windows-1252", "utf-8"),
        ("iso-8859-15", "utf-8"), ("utf-8", "cp1252"), ("iso-8859-1", "cp1252"),
        ("us-ascii", "cp1252"), ("none-such", "cp1252"), ("iso-8859-2", "iso-8859-2"),
    ],
)  # fmt: skip
def test_a_body_is_read_whatever_charset_it_wrongly_says(
    charset: str, encoding: str, kind: str
) -> None:
    words = "Čeština žluťoučký" if encoding == "iso-8859-2" else "Förslag på åtgärd – 5 €"
    (found,) = texts(reading(said_to_be(charset, words.encode(encoding), kind), "x.eml"))
    assert found.endswith(words)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_headers_that_are_written_as_they_are_are_read(encoding: str) -> None:
    head = "From: Åsa Ström <a@b.example>\r\nSubject: Förslag på åtgärd\r\nMIME-Version: 1.0\r\n"
    part = (
        'Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nhello\r\n--B\r\n'
        'Content-Disposition: attachment;\r\n filename="Avtal år.txt"\r\n\r\ntext\r\n--B--\r\n'
    )  # fmt: skip
    found = reading((head + part).encode(encoding), "x.eml")
    assert found.title == "Förslag på åtgärd"
    assert texts(found)[0].startswith("From: Åsa Ström <a@b.example>")
    assert [child.name for child in found.children] == ["Avtal år.txt"]


def test_a_notice_says_whom_a_mail_did_not_reach() -> None:
    notice = (
        b"From: a@b.example\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: multipart/report; boundary=B\r\n\r\n--B\r\n\r\nNot delivered.\r\n--B\r\n"
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.b.example\r\n\r\n"
        b"Final-Recipient: rfc822; anna@c.example\r\nStatus: 5.1.1\r\n\r\n--B--\r\n"
    )
    (found,) = texts(reading(notice, "x.eml"))
    assert found.endswith(
        "Not delivered.\nReporting-MTA: dns; mx.b.example\n"
        "Final-Recipient: rfc822; anna@c.example\nStatus: 5.1.1"
    )
