"""Files that need a password: kept, asked for, read with one of their collection's passwords."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import zipfile
import zlib
from functools import partial

import msoffcrypto
import py7zr
import pytest
import pyzipper
from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from lxml import etree
from py7zr import FILTER_CRYPTO_AES256_SHA256, FILTER_DEFLATE, FILTER_LZMA2, FILTER_ZSTD
from pypdf import PdfReader, PdfWriter

from api.pictures import Pictures
from api.service import open_services
from archive import grants
from archive.access import operator
from archive.attention import Wish, give_password, list_attention
from archive.config import Config, DataSection, load_config
from archive.errors import Conflict, NotAllowed, NotFound, ReadingFailed
from archive.file_passwords import add_password, list_passwords, remove_password
from archive.vault import Vault
from archive.vocabulary import UNLOCKABLE
from indexer.parsers import odf_locked
from indexer.parsers import unlock as unlock_module
from indexer.parsers.limits import Limits
from indexer.parsers.registry import READERS, read
from indexer.parsers.unlock import unlock
from tests.small_files import docx, package, paragraph, pdf

PASSWORD = "lås upp 7"


def locked_pdf(text="Invoice INV-77 of the pump"):
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf([text]))))
    writer.encrypt(PASSWORD, algorithm="AES-256")
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def locked_docx(text="Contract on the pump"):
    """As large as real ones are: the library locks smaller ones so that nobody can open them."""
    text += "".join(f" {random.Random(0).random()}{number}" for number in range(3000))
    stream = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(docx(paragraph(text)))).encrypt(PASSWORD, stream)
    return stream.getvalue()


def locked_zip(text="Specification of the pump"):
    stream = io.BytesIO()
    with pyzipper.AESZipFile(
        stream, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.writestr("spec.txt", text)
    return stream.getvalue()


def locked_7z(text="Specification of the pump", method=FILTER_LZMA2):
    stream = io.BytesIO()
    filters = [{"id": method}, {"id": FILTER_CRYPTO_AES256_SHA256}]
    with py7zr.SevenZipFile(stream, "w", filters=filters, password=PASSWORD) as archive:
        archive.writef(io.BytesIO(text.encode()), "spec.txt")
    return stream.getvalue()


ODF = "urn:oasis:names:tc:opendocument:xmlns"
ODF_TYPE = "application/vnd.oasis.opendocument.text"


def locked_odt(text="Specification of the pump", *, is_old=False, size_bytes=None):
    """As LibreOffice locks it (AES, SHA-256), or as OpenOffice before 3.4 did (Blowfish, SHA-1)."""
    content = (
        f'<o:document-content xmlns:o="{ODF}:office:1.0" xmlns:t="{ODF}:text:1.0"><o:body><o:text>'
        f"<t:p>{text}</t:p></o:text></o:body></o:document-content>"
    )
    deflate = zlib.compressobj(wbits=-15)
    packed = (deflate.compress(content.encode()) + deflate.flush())[:size_bytes]
    hashed, size = (hashlib.sha1, 16) if is_old else (hashlib.sha256, 32)
    key = hashlib.pbkdf2_hmac("sha1", hashed(PASSWORD.encode()).digest(), b"salt" * 4, 1024, size)
    vector = bytes(range(8 if is_old else 16))
    if is_old:
        names = "SHA1/1K", "Blowfish CFB"
        cipher, plain = Cipher(Blowfish(key), CFB(vector)), packed
        start = ""
    else:
        names = f"{ODF}:manifest:1.0#sha256-1k", "http://www.w3.org/2001/04/xmlenc#aes256-cbc"
        added = 16 - len(packed) % 16
        cipher, plain = Cipher(AES(key), CBC(vector)), packed + bytes([added]) * added
        start = (
            "<m:start-key-generation m:start-key-generation-name="
            '"http://www.w3.org/2000/09/xmldsig#sha256" m:key-size="32"/>'
        )
    digest, salt, begin = (
        base64.b64encode(one).decode()
        for one in (hashed(packed[:1024]).digest(), b"salt" * 4, vector)
    )
    manifest = (
        f'<m:manifest xmlns:m="{ODF}:manifest:1.0"><m:file-entry m:full-path="content.xml" '
        f'm:size="{len(content)}"><m:encryption-data m:checksum-type="{names[0]}" '
        f'm:checksum="{digest}"><m:algorithm m:algorithm-name="{names[1]}" '
        f'm:initialisation-vector="{begin}"/>{start}<m:key-derivation '
        f'm:key-derivation-name="PBKDF2" m:key-size="{size}" m:iteration-count="1024" '
        f'm:salt="{salt}"/></m:encryption-data></m:file-entry></m:manifest>'
    )
    members = {
        "mimetype": ODF_TYPE, "content.xml": cipher.encryptor().update(plain),
        "META-INF/manifest.xml": manifest,
    }  # fmt: skip
    return package(members, stored=list(members))


def odt_locked_as_a_whole(inside: bytes | None = None, passes=3):
    """As LibreOffice 24.8 and later locks it: the package is the one member of another one."""
    deflate = zlib.compressobj(wbits=-15)
    content = (
        f'<o:document-content xmlns:o="{ODF}:office:1.0" xmlns:t="{ODF}:text:1.0"><o:body><o:text>'
        "<t:p>Specification of the pump</t:p></o:text></o:body></o:document-content>"
    )
    inside = inside or package({"mimetype": ODF_TYPE, "content.xml": content}, stored=["mimetype"])
    packed = deflate.compress(inside) + deflate.flush()
    salt, vector = b"salt" * 4, bytes(range(12))
    hashed = hashlib.sha256(PASSWORD.encode()).digest()
    key = Argon2id(salt=salt, length=32, iterations=3, lanes=4, memory_cost=1024).derive(hashed)
    said, begin = (base64.b64encode(one).decode() for one in (salt, vector))
    names = "urn:org:documentfoundation:names:experimental:office"
    manifest = (
        f'<m:manifest xmlns:m="{ODF}:manifest:1.0" xmlns:loext="{names}:xmlns:loext:1.0" '
        f'm:version="1.4"><m:file-entry m:full-path="encrypted-package" '
        f'm:media-type="{ODF_TYPE}" m:size="{len(inside)}"><m:encryption-data>'
        '<m:algorithm m:algorithm-name="http://www.w3.org/2009/xmlenc11#aes256-gcm" '
        f'm:initialisation-vector="{begin}"/><m:start-key-generation '
        'm:start-key-generation-name="http://www.w3.org/2001/04/xmlenc#sha256" m:key-size="32"/>'
        f'<m:key-derivation m:key-derivation-name="{names}:manifest:argon2id" '
        f'loext:argon2-iterations="{passes}" loext:argon2-memory="1024" loext:argon2-lanes="4" '
        f'm:salt="{said}" m:key-size="32"/></m:encryption-data></m:file-entry></m:manifest>'
    )
    members = {
        "mimetype": ODF_TYPE,
        "encrypted-package": vector + AESGCM(key).encrypt(vector, packed, None),
        "META-INF/manifest.xml": manifest,
    }
    return package(members, stored=list(members))


LOCKED = {
    "a.pdf": locked_pdf, "a.docx": locked_docx, "a.zip": locked_zip, "a.7z": locked_7z,
    "a.odt": locked_odt, "old.odt": partial(locked_odt, is_old=True),
    "whole.odt": odt_locked_as_a_whole,
}  # fmt: skip


@pytest.mark.parametrize("name", LOCKED)
def test_a_locked_file_says_that_it_needs_its_password(name):
    assert read(LOCKED[name](), name, Limits()).reason_code == "encrypted"


@pytest.mark.parametrize("name", LOCKED)
def test_the_first_password_that_opens_a_file_opens_it(name):
    unlocked = unlock(LOCKED[name](), name, ["wrong", PASSWORD], Limits())
    reading = read(unlocked, name, Limits())
    texts = [page.text for page in reading.pages] + [
        child.data.decode() for child in reading.children
    ]
    assert reading.reason_code is None
    assert "of the pump" in " ".join(texts) or "on the pump" in " ".join(texts)


@pytest.mark.parametrize("name", LOCKED)
def test_a_wrong_password_opens_nothing(name):
    assert unlock(LOCKED[name](), name, ["wrong", ""], Limits()) is None


def test_what_needs_no_password_is_left_alone():
    assert unlock(b"plain text", "a.txt", [PASSWORD], Limits()) is None


def test_a_password_reads_the_locked_files_of_its_collection_and_is_never_told(place, monkeypatch):
    place.write("a.pdf", locked_pdf())
    status, _, _ = place.ingest()
    assert status == 3
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    status, out, err = place.run("file-password", "add", "general", "--note", "portal")
    assert (status, PASSWORD in out + err) == (0, False)
    assert "read again: 1" in out
    assert place.ingest()[0] == 0
    hits = json.loads(place.run("search", "--json", "INV-77")[1])
    assert hits["total"] == 1
    (line,) = json.loads(place.run("file-password", "list", "--json")[1])["items"]
    assert (line["collection"], line["note"], "password" in line) == ("general", "portal", False)


def test_a_locked_file_that_comes_later_is_tried_too(place, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    place.ingest()
    assert place.run("file-password", "add", "general")[0] == 0
    place.write("a.docx", locked_docx())
    place.write("b.zip", locked_zip())
    assert place.ingest()[0] == 0
    assert json.loads(place.run("search", "--json", "specification")[1])["total"] == 1


def test_only_who_may_file_there_keeps_the_passwords_of_a_collection(people):
    people.do(grants.make_collection, "legal")
    keeper = people.user("karin", "coordinator")
    people.do(grants.grant, "legal", "write", user="karin")
    reader = people.user("sven")
    people.do(grants.grant, "legal", "read", user="sven")
    stranger = people.viewer(people.user("olle", "coordinator"))
    password_id, _ = people.do(add_password, "legal", PASSWORD, by=people.viewer(keeper))
    with pytest.raises(NotAllowed):
        people.do(add_password, "legal", "other", by=people.viewer(reader))
    with pytest.raises(NotFound):
        people.do(add_password, "legal", "other", by=stranger)
    with pytest.raises(NotFound):
        people.do(remove_password, password_id, by=stranger)
    with people.database.read() as session:
        assert list_passwords(session, by=stranger).total == 0
        assert list_passwords(session, by=people.viewer(keeper)).total == 1


def test_a_password_is_there_once_until_it_is_removed_and_no_event_holds_it(people):
    people.do(grants.make_collection, "general")
    password_id, _ = people.do(add_password, "general", PASSWORD)
    with pytest.raises(Conflict):
        people.do(add_password, "general", PASSWORD)
    people.do(remove_password, password_id)
    with pytest.raises(NotFound):
        people.do(remove_password, password_id)
    people.do(add_password, "general", PASSWORD)
    kinds = [line["kind"] for line in people.lines() if line["kind"].startswith("file-password")]
    assert kinds == ["file-password-added", "file-password-removed", "file-password-added"]
    assert PASSWORD not in json.dumps(people.lines(), ensure_ascii=False)


def test_a_page_of_an_unlocked_file_has_its_picture(tmp_path):
    vault = Vault(tmp_path / "vault")
    vault.prepare()
    blob = vault.put(io.BytesIO(locked_pdf()), max_bytes=1 << 20)
    pictures = Pictures(Config(data=DataSection(folder=tmp_path)), vault)
    try:
        with pytest.raises(ReadingFailed):
            pictures.png(blob.sha256, "application/pdf", 2, 72)
        png = pictures.png(blob.sha256, "application/pdf", 1, 72, lambda: ["wrong", PASSWORD])
    finally:
        pictures.close()
    assert png.startswith(b"\x89PNG")


def test_all_formats_that_are_said_to_open_by_a_password_do():
    kinds = (*unlock_module._KEYS, "zip")
    formats = {READERS[kind].media_type for kind in kinds if kind in READERS}
    assert {*formats, "application/x-ole-storage"} == set(UNLOCKABLE)


def test_a_password_given_in_the_list_of_attention_opens_the_file(place):
    place.write("a.pdf", locked_pdf())
    place.write("b.pdf", locked_pdf("Invoice INV-78"))
    place.ingest()
    with open_services(load_config(place.config)) as services, services.database.write() as session:
        viewer = operator(session)
        lines = list_attention(session, viewer, services.config, Wish(), services.clock())["items"]
        assert lines[0]["helps"][0] == "give-password"
        count = give_password(session, viewer, lines[0]["item"], PASSWORD, services.clock())
        again = give_password(session, viewer, lines[0]["item"], PASSWORD, services.clock())
    assert (count, again) == (2, 2)
    assert place.ingest()[0] == 0


def test_a_file_that_no_known_password_opens_says_so(place):
    place.write("a.pdf", locked_pdf())
    place.ingest()
    with open_services(load_config(place.config)) as services, services.database.write() as session:
        viewer = operator(session)
        lines = list_attention(session, viewer, services.config, Wish(), services.clock())["items"]
        give_password(session, viewer, lines[0]["item"], "another one", services.clock())
    place.ingest()
    (line,) = map(json.loads, place.run("export", "documents")[1].splitlines())
    assert line["reason"] == "The PDF needs its password. None of the known passwords opens it."


@pytest.mark.parametrize("method", [FILTER_DEFLATE, FILTER_ZSTD])
def test_whatever_a_wrong_password_makes_of_an_archive_the_next_one_is_tried(method):
    data = locked_7z("Specification of the pump " * 50, method)
    wrong = [f"wrong {number}" for number in range(12)]
    assert unlock(data, "a.7z", wrong, Limits()) is None
    assert unlock(data, "a.7z", [*wrong, PASSWORD], Limits()) is not None


def zip_locked_in_part():
    stream = io.BytesIO(locked_zip("The locked specification"))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("open.txt", "The open letter")
    return stream.getvalue()


def test_an_archive_that_is_locked_in_part_is_read_in_part_until_its_password_is_there(place):
    place.write("a.zip", zip_locked_in_part())
    assert place.ingest()[0] == 0
    (line,) = [one for one in exported(place) if one["paths"] == ["filing/a.zip"]]
    assert (line["status"], line["reason_code"]) == ("searchable", "locked-in-part")
    with open_services(load_config(place.config)) as services, services.database.write() as session:
        viewer, now = operator(session), services.clock()
        (wanted,) = list_attention(session, viewer, services.config, Wish(), now)["items"]
        assert "is read only in part" in wanted["text"]
        assert wanted["helps"][0] == "give-password"
        assert give_password(session, viewer, wanted["item"], PASSWORD, now) == 1
    place.ingest()
    found = json.loads(place.run("search", "--json", "locked specification")[1])
    assert found["total"] == 1


def exported(place):
    return [json.loads(line) for line in place.run("export", "documents")[1].splitlines()]


def test_a_locked_opendocument_file_that_inflates_beyond_the_limits_is_refused():
    large = locked_odt("pump " * 100_000)
    with pytest.raises(ReadingFailed) as refused:
        unlock(large, "a.odt", [PASSWORD], Limits(max_inflated=100_000))
    assert refused.value.code == "too-large"


def test_a_package_that_asks_for_endless_work_or_inflates_beyond_the_limits_opens_nothing():
    assert unlock(odt_locked_as_a_whole(passes=10**9), "a.odt", [PASSWORD], Limits()) is None
    with pytest.raises(ReadingFailed) as failed:
        unlock(odt_locked_as_a_whole(bytes(5_000)), "a.odt", [PASSWORD], Limits(max_inflated=4_000))
    assert failed.value.code == "too-large"


def resaid(data, old, new):
    """The package with other words in its manifest."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = members["META-INF/manifest.xml"].decode()
    assert old in manifest
    members["META-INF/manifest.xml"] = manifest.replace(old, new)
    return package(members, stored=list(members))


@pytest.mark.parametrize("size", [0, 17, 2_000_000_000])
@pytest.mark.parametrize("make", [locked_odt, odt_locked_as_a_whole])
def test_a_key_of_a_size_that_no_cipher_takes_is_not_made(make, size):
    data = resaid(make(), 'm:key-size="32"', f'm:key-size="{size}"')
    with pytest.raises(ValueError, match="of this size"):
        odf_locked.unlocked(data, PASSWORD, Limits())


def test_a_member_that_says_nothing_of_its_password_or_is_cut_off_does_not_count_as_opened():
    assert unlock(locked_odt(), "a.odt", [PASSWORD], Limits()) is not None
    unsaid = resaid(locked_odt(), "m:checksum=", "m:other=")
    with pytest.raises(ValueError, match="nothing says"):
        odf_locked.unlocked(unsaid, PASSWORD, Limits())
    with pytest.raises(ValueError, match="cut off"):
        odf_locked.unlocked(locked_odt(size_bytes=100), PASSWORD, Limits())


@pytest.mark.parametrize(("said", "work"), [
    ('key-derivation-name="PBKDF2" iteration-count="1000"', 2_000),
    ('key-derivation-name="argon2id" argon2-iterations="2" argon2-lanes="1" argon2-memory="1000"',
     2_000),
])  # fmt: skip
def test_the_keys_of_a_package_share_one_budget_of_work_and_each_is_made_once(said, work):
    def derivation(salt):
        told = base64.b64encode(salt * 16).decode()
        return etree.fromstring(f'<key-derivation {said} key-size="32" salt="{told}"/>')

    keys = odf_locked._Keys(PASSWORD, work, work)
    first = keys.key(derivation(b"a"), b"hash")
    assert keys.key(derivation(b"a"), b"hash") == first
    with pytest.raises(ValueError, match="more work"):
        keys.key(derivation(b"b"), b"hash")
