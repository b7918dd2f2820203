"""RAR archives that need a password, made into the same without one.

What is packed stays packed, for the program that unpacks (see rar): each file's bytes are decrypted
and its header is written anew. RAR 5 by RARLAB's note on the format, RAR 3 and 4 by technote.txt of
unrar. Comments, recovery records and lists of headers are left out.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from indexer.parsers import rar_locked_4
from indexer.parsers.binary_fields import Fields

_SIGNATURE: Final = b"Rar!\x1a\x07\x01\x00"
_MAIN, _FILE, _LOCKED, _END = 1, 2, 4, 5  # kinds of blocks
_HAS_EXTRA, _HAS_DATA = 1, 2  # flags of any block
_KEPT: Final = (_MAIN, _FILE, _END)
_IS_FOLDER, _HAS_TIME, _HAS_CRC = 1, 2, 4  # flags of a file
_SOLID: Final = 0x40  # bit of its packing
_ENCRYPTION, _HASH, _REDIRECTION = 1, 2, 5  # kinds of extra records; the last is of links
_HAS_CHECK, _IS_TWEAKED = 1, 2  # flags of encryption; tweaked: sums are of no use without the key
_MOST_ROUNDS: Final = 17  # as a power of two; RAR takes 15
_MOST_WORK: Final = 1 << 22  # rounds for an archive: 63 salts as RAR makes them, some 5 s
_MOST_HEADER: Final = 1 << 21  # bytes: its size takes three bytes of seven bits at most
_LAST_BLOCK = 0x40  # flag of a block of packed bytes
_METHOD: Final = 0b111 << 7  # 0: stored


def is_locked(data: bytes) -> bool:
    """Whether anything in the archive needs a password, as far as it can be followed.

    bsdtar does not say: it gives the encrypted bytes of what is stored as if they were the file's.
    """
    if not data.startswith(_SIGNATURE):
        return rar_locked_4.is_locked(data)
    with suppress(ValueError, IndexError, struct.error):
        for kind, _, head, extra_size, _ in _Blocks(data, "").blocks():
            extra = head.split(extra_size)[1]
            if kind == _LOCKED or any(found == _ENCRYPTION for found, _ in _records(extra)):
                return True
    return False


def unlocked(data: bytes, password: str) -> bytes:
    """The archive without encryption. Raises ValueError for another way, or a wrong password.

    That a password is wrong may show only when the archive is unpacked.
    """
    if not data.startswith(_SIGNATURE):
        return rar_locked_4.unlocked(data, password)
    return b"".join([_SIGNATURE, *_Blocks(data, password).plain()])


def without_locked(data: bytes) -> tuple[bytes, list[str | None]]:
    """The archive without what needs a password; and of each of its files in order the name where
    it is left out, else None.

    Raises ValueError where nothing else can be read: all is locked, or the files are packed as one.
    """
    if not data.startswith(_SIGNATURE):
        return rar_locked_4.without_locked(data)
    kept, files = [_SIGNATURE], list[str | None]()
    start = len(_SIGNATURE)
    for kind, _, head, extra_size, content in _Blocks(data, "").blocks():
        whole, start = data[start : content.stop], content.stop
        rest, extra = head.split(extra_size)
        records = {record for record, _ in _records(extra)}
        if kind == _LOCKED:
            raise ValueError("the names need the password as well")
        if kind == _FILE and _REDIRECTION not in records:
            name, is_folder, is_solid = _file_head(Fields(rest))
            is_locked = _ENCRYPTION in records
            if is_solid and (is_locked or any(files)):
                raise ValueError("what is packed as one needs all that stands before")
            if not is_folder:
                files.append(name if is_locked else None)
        if kind in _KEPT and _ENCRYPTION not in records:
            kept.append(whole)
    rar_locked_4.check_mixed(files)
    return b"".join(kept), files


def _file_head(head: Fields) -> tuple[str, bool, bool]:
    """Name of a file; whether it is a folder, and whether it is packed as one with those before."""
    flags = head.number()
    head.number()  # its size
    head.number()  # its attributes
    head.take((4 if flags & _HAS_TIME else 0) + (4 if flags & _HAS_CRC else 0))
    is_solid = bool(head.number() & _SOLID)
    head.number()  # the system
    name = head.take(head.number()).decode("utf-8", "replace")
    return name, bool(flags & _IS_FOLDER), is_solid


@dataclass(slots=True)
class _Blocks:
    """The blocks of a RAR 5 archive, one after the other."""

    data: bytes
    password: str
    _at: int = len(_SIGNATURE)
    _key: bytes | None = None  # of headers, where those are encrypted
    _keys: dict[tuple[bytes, int], bytes] = field(default_factory=dict)
    _work: int = _MOST_WORK

    def blocks(self) -> Iterator[tuple[int, int, Fields, int, slice]]:
        """Kind, flags, header behind its sizes, size of the extra area at its end, its content."""
        while self._at < len(self.data):
            head = Fields(self._header())
            kind, flags = head.number(), head.number()
            extra_size = head.number() if flags & _HAS_EXTRA else 0
            size = head.number() if flags & _HAS_DATA else 0
            content = slice(self._at, self._at + size)
            self._at += size
            yield kind, flags, head, extra_size, content

    def plain(self) -> Iterator[bytes]:
        """Each block that is kept, without encryption."""
        for kind, flags, head, extra_size, content in self.blocks():
            if kind == _LOCKED:
                self._key = self._opened(head, has_vector=False)[0]
            elif kind == _MAIN:
                yield _block(_MAIN, 0, head.split(extra_size)[0])
            elif kind == _FILE:
                yield self._file(head, flags & ~_HAS_EXTRA, extra_size, self.data[content])
            elif kind == _END:
                yield _block(_END, 0, b"\0")
                return

    def _header(self) -> bytes:
        """The next header, from its kind on."""
        at, data = self._at, self.data
        if self._key is not None:
            vector, locked = data[at : at + 16], data[at + 16 : at + 32]
            first = _decrypted(locked, self._key, vector)
            _, size, start = _head(first)
            whole = -(-(start + size) // 16) * 16
            data = _decrypted(data[at + 16 : at + 16 + whole], self._key, vector)
            self._at, at = at + 16 + whole, 0
        else:
            _, size, start = _head(data[at : at + 16])
            self._at = at + start + size
        crc, _, _ = _head(data[at : at + 16])
        if zlib.crc32(data[at + 4 : at + start + size]) != crc:
            raise ValueError("the password is wrong")
        return data[at + start : at + start + size]

    def _file(self, head: Fields, flags: int, extra_size: int, content: bytes) -> bytes:
        rest, extra = head.split(extra_size)
        records = list(_records(extra))
        locked = next((Fields(body) for kind, body in records if kind == _ENCRYPTION), None)
        if locked is None:
            return _block(_FILE, flags, rest, content=content, extra=extra)
        key, vector, is_tweaked = self._opened(locked, has_vector=True)
        content = _decrypted(content, key, vector)
        file = Fields(rest)
        file_flags, size, attributes = file.number(), file.number(), file.number()
        time = file.take(4 if file_flags & _HAS_TIME else 0)
        crc = file.take(4 if file_flags & _HAS_CRC else 0)
        if is_tweaked:
            file_flags, crc = file_flags & ~_HAS_CRC, b""
        if not Fields(file.rest).number() & _METHOD:
            content = content[:size]  # the rest is padding
            rar_locked_4.check_stored(content, size, int.from_bytes(crc, "little") if crc else None)
        else:
            content = _without_padding(content)
        extra = b"".join(
            _number(len(_number(kind)) + len(body)) + _number(kind) + body
            for kind, body in records
            if kind != _ENCRYPTION and not (kind == _HASH and is_tweaked)
        )
        rest = b"".join((*map(_number, (file_flags, size, attributes)), time, crc, file.rest))
        return _block(_FILE, flags, rest, content=content, extra=extra)

    def _opened(self, said: Fields, *, has_vector: bool) -> tuple[bytes, bytes, bool]:
        """Key, vector, and whether sums are tweaked. Raises ValueError for a wrong password."""
        said.number()  # the version: there is one
        flags, power = said.number(), said.take(1)[0]
        salt, vector = said.take(16), said.take(16 if has_vector else 0)
        if power > _MOST_ROUNDS:
            raise ValueError("more rounds than anybody needs")
        if (salt, power) not in self._keys:
            self._work -= 2 << power  # the key, and what the password is checked by
            if self._work < 0:
                raise ValueError("more salts than anybody needs")
            if flags & _HAS_CHECK and self._derived(salt, power, 32) != said.take(8):
                raise ValueError("the password is wrong")
            self._keys[salt, power] = self._derived(salt, power, 0)
        return self._keys[salt, power], vector, bool(flags & _IS_TWEAKED)

    def _derived(self, salt: bytes, power: int, further: int) -> bytes:
        """The key; with 32 rounds more, folded, the value by which a password is checked."""
        rounds = (1 << power) + further
        found = hashlib.pbkdf2_hmac("sha256", self.password.encode(), salt, rounds)
        if not further:
            return found
        return bytes(found[i] ^ found[i + 8] ^ found[i + 16] ^ found[i + 24] for i in range(8))


def _head(start: bytes) -> tuple[int, int, int]:
    """Sum and size of a header, and how many bytes those two take."""
    fields = Fields(start, 4)
    size = fields.number()
    if size > _MOST_HEADER:
        raise ValueError("a header larger than any")
    return struct.unpack_from("<I", start)[0], size, fields.at


def _number(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _records(extra: bytes) -> Iterator[tuple[int, bytes]]:
    fields = Fields(extra)
    while fields.at < len(extra):
        body = Fields(fields.take(fields.number()))
        yield body.number(), body.rest


def _block(
    kind: int, flags: int, rest: bytes, *, content: bytes = b"", extra: bytes = b""
) -> bytes:
    flags |= _HAS_EXTRA if extra else 0
    sizes = _number(len(extra)) if extra else b""
    sizes += _number(len(content)) if flags & _HAS_DATA else b""
    head = _number(kind) + _number(flags) + sizes + rest + extra
    head = _number(len(head)) + head
    return struct.pack("<I", zlib.crc32(head)) + head + content


def _without_padding(packed: bytes) -> bytes:
    """Packed bytes to the end of their last block; behind it the program would look for another.

    A block begins with flags, a sum of its head, and its size in one to three bytes.
    """
    at = 0
    while at + 2 < len(packed):
        flags, size_bytes = packed[at], (packed[at] >> 3 & 3) + 1
        at += 2 + size_bytes + int.from_bytes(packed[at + 2 : at + 2 + size_bytes], "little")
        if flags & _LAST_BLOCK:
            return packed[:at]
    raise ValueError("the password is wrong, or the file is cut off")


def _decrypted(locked: bytes, key: bytes, vector: bytes) -> bytes:
    return Cipher(AES(key), CBC(vector)).decryptor().update(locked)
