"""RAR archives that need a password: opened by one of their collection's, unpacked by bsdtar."""

from __future__ import annotations

import hashlib
import shutil
import struct
import time
import tracemalloc
import zlib

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from archive.vocabulary import UNLOCKABLE
from indexer.parsers import rar_locked, rar_locked_4
from indexer.parsers.limits import Limits
from indexer.parsers.rar import failure_of
from indexer.parsers.registry import READERS
from indexer.parsers.unlock import unlock
from tests.small_files import reading

pytestmark = pytest.mark.skipif(shutil.which("bsdtar") is None, reason="bsdtar is not installed")

PASSWORD = "lås upp 7"
TEXT = b"Specification of the pump"
SALT, VECTOR = b"salt" * 4, bytes(range(16))


def encrypted(data: bytes, key: bytes, vector: bytes) -> bytes:
    return Cipher(AES(key), CBC(vector)).encryptor().update(data + bytes(-len(data) % 16))


def number(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + number(value >> 7)


def derived(further: int, power: int = 4, salt: bytes = SALT) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), salt, (1 << power) + further)


def check_value(power: int, salt: bytes) -> bytes:
    found = derived(32, power, salt)
    value = bytes(found[i] ^ found[i + 8] ^ found[i + 16] ^ found[i + 24] for i in range(8))
    return value + hashlib.sha256(value).digest()[:4]


def rar_5(
    *, hides_names: bool = False, has_check: bool = True, is_tweaked: bool = False, power: int = 4,
    packed: bytes = b"", salt: bytes = SALT, before: bytes = b"", behind: bytes = b"",
) -> bytes:  # fmt: skip
    """One stored file, locked; with `hides_names` all headers are, too (RARLAB's note on RAR 5).

    Sums that are tweaked are those of another text to who does not know the key.
    """
    key, flags = derived(0, power, salt), number(1 if has_check else 0)
    crc = struct.pack("<I", zlib.crc32(TEXT) ^ is_tweaked)
    checked = check_value(power, salt) if has_check else b""

    def block(fields: bytes, content: bytes = b"", *, is_plain: bool = False) -> bytes:
        head = number(len(fields)) + fields
        head = struct.pack("<I", zlib.crc32(head)) + head
        if hides_names and not is_plain:
            return VECTOR + encrypted(head, key, VECTOR) + content
        return head + content

    content = encrypted(packed or TEXT, key, VECTOR)
    how = number(flags[0] | 2 * is_tweaked)
    record = number(1) + number(0) + how + bytes([power]) + salt + VECTOR + checked
    extra = number(len(record)) + record
    file = (
        number(2) + number(3) + number(len(extra)) + number(len(content)) + number(4)
        + number(len(TEXT)) + number(0o100644) + crc + number(0x180 if packed else 0)
        + number(1) + number(8) + b"spec.txt" + extra
    )  # fmt: skip
    start = number(4) + number(0) + number(0) + flags + bytes([power]) + salt + checked
    return (
        b"Rar!\x1a\x07\x01\x00" + (block(start, is_plain=True) if hides_names else b"")
        + block(number(1) + number(0) + number(0)) + before + block(file, content) + behind
        + block(number(5) + number(0) + number(0))
    )  # fmt: skip


def plain_5(name: bytes, data: bytes, *, packing: int = 0) -> bytes:
    """The block of a file without a password: stored, or with bits that say otherwise."""
    head = (
        number(2) + number(2) + number(len(data)) + number(4) + number(len(data)) + number(0o100644)
        + struct.pack("<I", zlib.crc32(data)) + number(packing) + number(1) + number(len(name))
        + name
    )  # fmt: skip
    head = number(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head + data


def plain_4(name: bytes, data: bytes, *, flags: int = 0x8000) -> bytes:
    fields = struct.pack(
        "<IIBIIBBHI", len(data), len(data), 3, zlib.crc32(data), 0x58A80000, 29, 0x30, len(name),
        0o100644,
    )  # fmt: skip
    head = struct.pack("<BHH", 0x74, flags, 7 + len(fields) + len(name)) + fields + name
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head + data


def rar_4(*, hides_names: bool = False, before: bytes = b"", behind: bytes = b"") -> bytes:
    """The same by RAR 3 and 4 (technote.txt of unrar)."""
    salt = SALT[:8]
    key, vector = key_4(salt)

    def block(kind: int, flags: int, fields: bytes, *, is_plain: bool = False) -> bytes:
        head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
        head = struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head
        return salt + encrypted(head, key, vector) if hides_names and not is_plain else head

    content = encrypted(TEXT, key, vector)
    fields = struct.pack(
        "<IIBIIBBHI", len(content), len(TEXT), 3, zlib.crc32(TEXT), 0x58A80000, 29, 0x30, 8,
        0o100644,
    )  # fmt: skip
    main = block(0x73, 0x80 if hides_names else 0, bytes(6), is_plain=True)
    file = block(0x74, 0x8404, fields + b"spec.txt" + salt) + content
    return b"Rar!\x1a\x07\x00" + main + before + file + behind + block(0x7B, 0x4000, b"")


def key_4(salt: bytes) -> tuple[bytes, bytes]:
    hashed, vector = hashlib.sha1(), b""
    for count in range(1 << 18):
        hashed.update(PASSWORD.encode("utf-16-le") + salt + struct.pack("<I", count)[:3])
        if count % (1 << 14) == 0:
            vector += hashed.digest()[-1:]
    return struct.pack("<4I", *struct.unpack(">4I", hashed.digest()[:16])), vector


LOCKED = {
    "5": rar_5(), "5, names hidden": rar_5(hides_names=True), "5, no check": rar_5(has_check=False),
    "5, sums tweaked": rar_5(is_tweaked=True),
    "4": rar_4(), "4, names hidden": rar_4(hides_names=True),
}  # fmt: skip


@pytest.mark.parametrize("data", LOCKED.values(), ids=LOCKED)
def test_a_locked_rar_archive_opens_by_its_password_alone(data: bytes) -> None:
    assert reading(data, "a.rar").reason_code == "encrypted"
    assert unlock(data, "a.rar", ["wrong", ""], Limits()) is None
    opened = unlock(data, "a.rar", ["wrong", PASSWORD], Limits())
    assert opened is not None
    found = reading(opened, "a.rar")
    assert [(child.name, child.data) for child in found.children] == [("spec.txt", TEXT)]
    assert READERS["rar"].media_type in UNLOCKABLE


MIXED = {
    "5": rar_5(before=plain_5(b"a.txt", b"one"), behind=plain_5(b"c.txt", b"three")),
    "4": rar_4(before=plain_4(b"a.txt", b"one"), behind=plain_4(b"c.txt", b"three")),
}


@pytest.mark.parametrize("data", MIXED.values(), ids=MIXED)
def test_a_locked_member_of_a_rar_archive_does_not_hold_up_the_others(data: bytes) -> None:
    found = reading(data, "a.rar")
    assert found.reason_code == "locked-in-part"
    assert found.reason == "Left out: spec.txt (needs a password)."
    assert [(child.position, child.name, child.data) for child in found.children] == [
        (1, "a.txt", b"one"), (3, "c.txt", b"three"),
    ]  # fmt: skip
    opened = unlock(data, "a.rar", ["wrong", PASSWORD], Limits())
    assert opened is not None
    assert [(child.position, child.data) for child in reading(opened, "a.rar").children] == [
        (1, b"one"), (2, TEXT), (3, b"three"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "data",
    [
        rar_5(before=plain_5(b"a", b"one"), behind=plain_5(b"c", b"three", packing=0xC0)),
        rar_4(before=plain_4(b"a", b"one"), behind=plain_4(b"c", b"three", flags=0x8010)),
        rar_5(hides_names=True, before=plain_5(b"a", b"one")),
    ],
    ids=["5, packed as one", "4, packed as one", "5, names hidden"],
)
def test_a_rar_archive_whose_files_need_the_locked_one_is_locked(data: bytes) -> None:
    assert reading(data, "a.rar").reason_code == "encrypted"


def test_packed_bytes_end_with_their_last_block_and_not_with_the_padding_of_the_cipher() -> None:
    blocks = b"\x00?\x03abc" + b"\x48?\x02\x00de"  # each: flags, sum, size, bytes
    opened = rar_locked.unlocked(rar_5(packed=blocks), PASSWORD)
    assert blocks in opened
    assert blocks + b"\0" not in opened


def test_a_rar_archive_that_is_cut_off_opens_nothing() -> None:
    for data in LOCKED.values():
        assert unlock(data[:90], "a.rar", [PASSWORD], Limits()) is None


def test_a_rar_archive_that_asks_for_more_rounds_than_any_is_refused_before_they_are_made() -> None:
    assert TEXT in rar_locked.unlocked(rar_5(power=17), PASSWORD)
    with pytest.raises(ValueError, match="more rounds"):
        rar_locked.unlocked(rar_5(power=18), PASSWORD)


def test_the_salts_of_a_rar_archive_are_bounded_all_together() -> None:
    salts = [bytes([salt]) * 16 for salt in range(20)] * 2
    files = b"".join(rar_5(salt=salt)[16:-8] for salt in salts)
    data = rar_5()[:16] + files + rar_5()[-8:]
    assert rar_locked.unlocked(data, PASSWORD).count(TEXT) == 40
    assert len(list(rar_locked._Blocks(data, PASSWORD, _work=20 << 5).plain())) == 42
    with pytest.raises(ValueError, match="more salts"):
        list(rar_locked._Blocks(data, PASSWORD, _work=19 << 5).plain())


def test_the_salts_of_an_old_rar_archive_are_bounded_too() -> None:
    known = {bytes([salt]) * 8: (bytes(16), bytes(16)) for salt in range(32)}
    with pytest.raises(ValueError, match="more salts"):
        list(rar_locked_4._Blocks(rar_4(), PASSWORD, _keys=known).plain())


def test_whether_a_rar_archive_is_locked_costs_no_more_than_to_look_at_it() -> None:
    def header(fields: bytes) -> bytes:
        head = number(len(fields)) + fields
        return struct.pack("<I", zlib.crc32(head)) + head

    start, locked = rar_5()[:8], rar_5()[16:]
    extra = (number(2) + number(9) + b"x") * 200_000  # records, of which each is nothing
    many = start + header(number(2) + number(1) + number(len(extra)) + extra)
    large = start + header(number(2) + number(3) + number(0) + number(1 << 24)) + bytes(1 << 24)
    too_large = start + header(number(2) + number(0) + bytes(1 << 21)) + locked
    tracemalloc.start()
    try:
        data = large + locked
        tracemalloc.reset_peak()
        held, _ = tracemalloc.get_traced_memory()
        assert rar_locked.is_locked(data)
        assert tracemalloc.get_traced_memory()[1] - held < 1 << 20
    finally:
        tracemalloc.stop()
    began = time.process_time()
    assert rar_locked.is_locked(many + locked)
    assert time.process_time() - began < 3
    assert not rar_locked.is_locked(too_large)


@pytest.mark.parametrize(("said", "code"), [
    ("Error reading archive /dev/fd/3: RAR encryption support unavailable.", "encrypted"),
    ("Error reading archive /dev/fd/3: Encryption is not supported", "encrypted"),
    ("Encryption policy.docx: Truncated RAR file data", "damaged"),
    ("a: Encryption is not supported: Bad RAR file data", "damaged"),
    ("List of unsupported tools, unavailable.txt: Bad RAR file data", "damaged"),
    ("spec.txt: Unsupported compression method for RAR file.", "unknown-format"),
    ("spec.txt: Parsing filters is unsupported.", "unknown-format"),
    ("Error reading archive /dev/fd/3: Unsupported Host OS: 0x9", "unknown-format"),
])  # fmt: skip
def test_why_an_archive_can_not_be_unpacked_is_no_matter_of_the_names_in_it(
    said: str, code: str
) -> None:
    message = f"bsdtar: {said}\nbsdtar: Error exit delayed from previous errors.\n"
    assert failure_of(message).code == code
