"""The same files give the same export in whatever order they come, one by one and at once.

`CROSSFILE_ORDERS=500` makes up more sets of files than the sample of every test run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.orders import Archive, demo_archive

EXAMPLES = int(os.environ.get("CROSSFILE_ORDERS", "25"))

INVOICE = b"INVOICE\n\nInvoice no: INV-77\nDate: 2024-03-01\nYour order: PO-2024-113\n"
ORDER = b"PURCHASE ORDER\n\nPurchase order no: PO-2024-113\nDate: 2024-02-01\n"


def mail(subject: str, *attached: tuple[str, bytes], day: str = "Fri, 01 Mar 2024") -> bytes:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "eva@acme.example", "karl@borg.example", subject
    made["Date"], made["Message-ID"] = f"{day} 10:00:00 +0100", f"<{subject}@acme>"
    made.set_content(f"About {subject}.")
    for name, content in attached:
        made.add_attachment(content, maintype="text", subtype="plain", filename=name)
    if attached:
        made.set_boundary("=-between-the-parts-=")
    return made.as_bytes()


TREES: Mapping[str, Mapping[str, bytes]] = {
    "an attachment of two mails": {
        "a.eml": mail("first", ("order.txt", ORDER)),
        "b.eml": mail("second", ("order.txt", ORDER)),
        "c.txt": INVOICE,
    },
    "a drawing without a date that came with mails of two days": {
        "a.eml": mail("first", ("drawing.txt", b"A drawing"), day="Thu, 07 Mar 2024"),
        "b.eml": mail("second", ("drawing.txt", b"A drawing"), day="Tue, 05 Mar 2024"),
        "c.eml": mail("third", ("drawing.txt", b"A drawing"), day="Tue, 05 Mar 2024"),
    },
    "an attachment that lies in the tree as well": {
        "a.eml": mail("first", ("order.txt", ORDER)),
        "b.txt": ORDER,
        "c.txt": INVOICE,
    },
    "an attachment twice in one mail": {
        "a.eml": mail("first", ("order.txt", ORDER), ("copy.txt", ORDER)),
        "b.eml": mail("second", ("order.txt", ORDER)),
    },
    "attachments of one name that bear numbers of their own": {
        "a.eml": mail("first", ("1.txt", INVOICE), ("1.txt", ORDER)),
        "b.txt": ORDER,
    },
    "copies under names that say more and less": {
        "invoices/Invoice INV-99.txt": b"Two brackets, as agreed.\n",
        "z/1.md": b"Two brackets, as agreed.\n",
        "c.txt": b"See invoice no INV-99.\n",
    },
    "editions of a standard, cited with a year and without": {
        "a.txt": b"ISO 9001:2008\n\nSpecification of quality management, ISO 9001.\n",
        "b.txt": b"ISO 9001:2015\n\nSpecification of quality management, ISO 9001.\n",
        "c.txt": INVOICE + b"Made to ISO 9001.\n",
        "d.txt": INVOICE.replace(b"77", b"78") + b"Made to ISO 9001:2008.\n",
    },
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    archive = Archive(tmp_path_factory.mktemp("orders") / "archive")
    yield archive
    archive.close()


def written(folder: Path, files: Mapping[str, bytes]) -> Path:
    """A tree of these files, each as old as the others."""
    tree = folder / "filing"
    shutil.rmtree(tree, ignore_errors=True)
    for name, content in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return tree


@pytest.mark.parametrize("name", TREES)
def test_in_whatever_order_they_come_files_give_the_same_export(
    archive: Archive, tmp_path: Path, name: str
) -> None:
    found = archive.differences(written(tmp_path, TREES[name]), 8)
    assert not found, "\n".join(map(str, found))


def test_in_whatever_order_it_comes_the_demo_gives_the_same_export(tmp_path: Path) -> None:
    archive, tree = demo_archive(tmp_path)
    found = archive.differences(tree, 2)
    archive.close()
    assert not found, "\n".join(map(str, found))


# Texts that are revised, copied, renamed and attached. No two are of one day: where mark and date
# leave it open which version is the current one, arrival says.
BORNE = (
    ("SPECIFICATION", "Specification no", "SPEC-0100"),
    ("SPECIFICATION", "Specification no", "SPEC-0101"),
    ("CONTRACT", "Contract no", "C-2024-001"),
    ("INVOICE", "Invoice no", "INV-77"),
    ("PURCHASE ORDER", "Purchase order no", "PO-2024-113"),
)
BODIES = (
    "The pump housing is of grey iron and is tested at 7 bar for five minutes.",
    "The pump housing is of grey iron and is tested at 9 bar for five minutes, twice.",
    "Brackets are delivered in boxes of forty, each with its own note of delivery.",
    "",
)
CITED = ("", "See SPEC-0100.", "Under contract C-2024-001.", "Your order: PO-2024-113.")
PATHS = ("a.txt", "b.md", "Specification SPEC-0101.txt", "invoices/INV-78.txt", "z/a.txt", "m.eml",
         "n.eml")  # fmt: skip


@st.composite
def texts(draw: st.DrawFn, day: int) -> bytes:
    heading, label, number = draw(st.sampled_from(BORNE))
    lines = [heading, "", f"{label}: {number}", f"Date: 2024-03-{day:02d}"]
    if mark := draw(st.sampled_from(("", "A", "B"))):
        lines.append(f"Revision: {mark}")
    if seller := draw(st.sampled_from(("", "Acme AB", "Borg Oy"))):
        lines.append(f"Seller: {seller}")
    lines += ["", draw(st.sampled_from(BODIES)), draw(st.sampled_from(CITED))]
    return "\n".join(lines).encode()


@st.composite
def trees(draw: st.DrawFn) -> dict[str, bytes]:
    """Files by path; some are copies, some are attached to mails, to several as well."""
    said = [draw(texts(day)) for day in range(1, draw(st.integers(2, 5)) + 1)]
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=2, max_size=6, unique=True))
    names = st.sampled_from(("1.txt", "SPEC-0100.txt"))
    attached = st.lists(st.tuples(names, st.sampled_from(said)), max_size=2)
    return {
        path: mail(path, *draw(attached)) if path.endswith(".eml") else draw(st.sampled_from(said))
        for path in paths
    }


@pytest.mark.timeout(120 + 30 * EXAMPLES)
@given(files=trees())
@settings(
    max_examples=EXAMPLES,
    derandomize=EXAMPLES == 25,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_texts_there_are_their_order_changes_no_export(
    archive: Archive, tmp_path: Path, files: dict[str, bytes]
) -> None:
    found = archive.differences(written(tmp_path, files), 4)
    assert not found, "\n".join(map(str, [files, *found]))
