"""EML, MHTML, MBOX: the message is the page, attachments and messages are children."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.small_files import mail, pdf, reading, texts


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


def test_of_alternatives_the_plain_text_is_read_and_html_where_there_is_none() -> None:
    both = mail("plain", html="<p>rich</p>")
    assert texts(reading(both.as_bytes(), "x.eml"))[0].endswith("\n\nplain")
    html = mail("x")
    html.set_content("<p>Only <b>rich</b></p><p>åäö</p>", subtype="html")
    assert texts(reading(html.as_bytes(), "x.eml"))[0].endswith("\n\nOnly rich\nåäö")


def test_an_unknown_charset_and_a_broken_header_do_not_hide_the_message() -> None:
    data = (
        b"From: =?utf-8?Q?=C3?= <a@b>\nTo: undisclosed-recipients:;\nDate: yesterday\n"
        b"Subject: =?x-unknown?B?w6U=?=\nContent-Type: text/plain; charset=x-none\n\nsm\xf6rg\xe5s"
    )
    (text,) = texts(reading(data, "x.eml"))
    assert text.endswith("\n\nsmörgås")
    assert "Date: yesterday" in text


def test_a_saved_web_page_is_read_with_its_pictures_as_children() -> None:
    message = EmailMessage()
    message["From"] = "<Saved by a browser>"
    message["MIME-Version"] = "1.0"
    message.set_content("<p>Order</p>", subtype="html")
    message.add_related(b"\x89PNG\r\n\x1a\n", "image", "png")
    found = reading(message.as_bytes(), "page.mht")
    assert "Order" in texts(found)[0]
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
