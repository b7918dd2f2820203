"""What is opened of files that several passwords lock, or one that nobody is asked for."""

from __future__ import annotations

import io
import random
import zipfile

import msoffcrypto
import openpyxl
import pyzipper

from indexer.parsers.limits import Limits
from indexer.parsers.registry import read
from indexer.parsers.unlock import unlock
from tests.test_file_passwords import PASSWORD, locked_docx


def test_each_member_of_a_zip_may_have_a_password_of_its_own_in_any_western_spelling():
    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", encryption=pyzipper.WZ_AES) as archive:
        for name, key in (("a.txt", "påss".encode("cp850")), ("b.txt", PASSWORD.encode())):
            archive.setpassword(key)
            archive.writestr(name, f"Text of {name}")
    unlocked = unlock(stream.getvalue(), "a.zip", [PASSWORD, "påss"], Limits())
    texts = [child.data.decode() for child in read(unlocked, "a.zip", Limits()).children]
    assert texts == ["Text of a.txt", "Text of b.txt"]


def test_members_of_a_zip_whose_password_is_known_open_and_the_others_stay_locked():
    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", encryption=pyzipper.WZ_AES) as archive:
        for name, key in (("a.txt", b"one"), ("b.txt", b"two")):
            archive.setpassword(key)
            archive.writestr(name, f"Text of {name}")
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("c.txt", "Text of c.txt")
        archive.writestr("d.txt", "Text of d.txt")
    data = stream.getvalue().replace(b"Text of d", b"Text or d")
    unlocked = unlock(data, "a.zip", ["two"], Limits())
    found = read(unlocked, "a.zip", Limits())
    assert [(child.position, child.data) for child in found.children] == [
        (2, b"Text of b.txt"), (3, b"Text of c.txt")
    ]  # fmt: skip
    assert found.reason == "Left out: a.txt (needs a password), d.txt (damaged)."
    assert found.reason_code == "locked-in-part"
    assert unlock(data, "a.zip", ["three"], Limits()) is None


def test_a_workbook_that_excel_opens_without_asking_is_read_without_a_password():
    book = openpyxl.Workbook()
    book.active["A1"] = "PO-2024-113"
    for row in range(2, 900):  # see locked_docx
        book.active.cell(row, 1, f"{random.Random(row).random()}")
    plain, stream = io.BytesIO(), io.BytesIO()
    book.save(plain)
    msoffcrypto.OfficeFile(plain).encrypt("VelvetSweatshop", stream)
    found = read(stream.getvalue(), "a.xlsx", Limits())
    assert (found.reader, found.reason_code) == ("xlsx", None)
    assert found.pages[0].text.startswith("PO-2024-113\n")
    assert read(locked_docx(), "a.docx", Limits()).reason_code == "encrypted"
