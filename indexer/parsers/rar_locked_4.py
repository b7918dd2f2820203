"""RAR 3 and 4 archives that need a password, made into the same without one (see rar_locked).

Keys are made by SHA-1 in 262,144 rounds; whether a password is right shows only in what comes out.
Archives of RAR 2 and before have ciphers of their own, which are not opened.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

_SIGNATURE: Final = b"Rar!\x1a\x07\x00"
_MAIN, _FILE, _END = 0x73, 0x74, 0x7B  # kinds of blocks
_HEADERS_LOCKED = 0x0080  # flag of the main block
_LOCKED, _LARGE, _SALTED, _HAS_DATA = 0x0004, 0x0100, 0x0400, 0x8000  # flags of a file
_SOLID, _FOLDER = 0x0010, 0x00E0  # more of them: packed as one with those before; all bits
_MAIN_SIZE, _FIXED_SIZE = 13, 32  # of the fields that each such header has
_STORED, _FIRST_WITH_AES = 0x30, 29
_SALT = 8
_MOST_SALTS: Final = 32  # for an archive; RAR makes one each time that it adds to it
_MOST_CHARS: Final = 26  # of a password: RAR's SHA-1 differs from the standard beyond one block


def is_locked(data: bytes) -> bool:
    """Whether a file of the archive has the flag of a password, or all headers have."""
    at = len(_SIGNATURE)
    while data.startswith(_SIGNATURE) and at + 11 <= len(data):
        kind, flags, size, added = struct.unpack_from("<xxBHHI", data, at)
        if (kind == _FILE and flags & _LOCKED) or (kind == _MAIN and flags & _HEADERS_LOCKED):
            return True
        at += max(size, 7) + (added if flags & _HAS_DATA else 0)
    return False


def without_locked(data: bytes) -> tuple[bytes, list[str | None]]:
    """See rar_locked."""
    at = start = len(_SIGNATURE)
    kept, files = [_SIGNATURE], list[str | None]()
    while at + 11 <= len(data):
        kind, flags, size, added = struct.unpack_from("<xxBHHI", data, at)
        if kind == _MAIN and flags & _HEADERS_LOCKED:
            raise ValueError("the names need the password as well")
        if flags & _HAS_DATA and kind == _FILE and flags & _LARGE:
            added |= struct.unpack_from("<I", data, at + _FIXED_SIZE)[0] << 32
        start, at = at, at + max(size, 7) + (added if flags & _HAS_DATA else 0)
        if kind == _FILE:
            is_locked = bool(flags & _LOCKED)
            if flags & _SOLID and (is_locked or any(files)):
                raise ValueError("what is packed as one needs all that stands before")
            if flags & _FOLDER != _FOLDER:
                files.append(_name(data, start, flags) if is_locked else None)
            if is_locked:
                continue
        kept.append(data[start:at])
    kept.append(data[at:])  # an end without further fields
    check_mixed(files)
    return b"".join(kept), files


def check_mixed(files: Sequence[str | None]) -> None:
    """Raise ValueError where no file of an archive can be read without the password."""
    if None not in files:
        raise ValueError("every file needs the password")


def _name(data: bytes, at: int, flags: int) -> str:
    """As far as its other spelling begins, which stands behind a zero."""
    (size,) = struct.unpack_from("<H", data, at + 26)
    at += _FIXED_SIZE + (8 if flags & _LARGE else 0)
    name = data[at : at + size].partition(b"\0")[0].replace(b"\\", b"/")
    try:
        return name.decode("utf-8")
    except UnicodeError:
        return name.decode("cp437")


def unlocked(data: bytes, password: str) -> bytes:
    """The archive without encryption. Raises ValueError where it sees that it can't be opened."""
    if not data.startswith(_SIGNATURE) or len(password) > _MOST_CHARS:
        raise ValueError("encrypted in a way that is not known")
    return b"".join([_SIGNATURE, *_Blocks(data, password).plain()])


@dataclass(slots=True)
class _Blocks:
    """The blocks of the archive, one after the other."""

    data: bytes
    password: str
    _at: int = len(_SIGNATURE)
    _are_headers_locked: bool = False
    _keys: dict[bytes, tuple[bytes, bytes]] = field(default_factory=dict)

    def plain(self) -> Iterator[bytes]:
        """Each block that is kept, without encryption."""
        while self._at + 7 <= len(self.data):
            head = self._header()
            kind, flags = struct.unpack_from("<BH", head, 2)
            size = struct.unpack_from("<I", head, 7)[0] if flags & _HAS_DATA else 0
            if kind == _FILE and flags & _LARGE:
                size |= struct.unpack_from("<I", head, _FIXED_SIZE)[0] << 32
            content = self.data[self._at : self._at + size]
            self._at += size
            if kind == _MAIN:
                self._are_headers_locked = bool(flags & _HEADERS_LOCKED)
                yield _block(_MAIN, flags & ~(_HEADERS_LOCKED | 2), head[7:_MAIN_SIZE])
            elif kind == _FILE:
                yield self._file(flags, head[7:], content)
            elif kind == _END:
                break
        yield _block(_END, 0x4000, b"")

    def _header(self) -> bytes:
        at = self._at
        if not self._are_headers_locked:
            (size,) = struct.unpack_from("<H", self.data, at + 5)
            self._at = at + max(size, 7)
            return self.data[at : self._at]
        salt, at = self.data[at : at + _SALT], at + _SALT
        (size,) = struct.unpack_from("<H", self._decrypted(self.data[at : at + 16], salt), 5)
        whole = -(-size // 16) * 16
        head = self._decrypted(self.data[at : at + whole], salt)[:size]
        if len(head) < 7 or struct.unpack_from("<H", head)[0] != zlib.crc32(head[2:]) & 0xFFFF:
            raise ValueError("the password is wrong")
        self._at = at + whole
        return head

    def _file(self, flags: int, fields: bytes, content: bytes) -> bytes:
        """The block of a file, decrypted; `fields` stand behind the size of the header."""
        if not flags & _LOCKED:
            return _block(_FILE, flags, fields) + content
        packed, size, host, crc, time, version, method, name_size, attributes = struct.unpack_from(
            "<IIBIIBBHI", fields
        )
        if version < _FIRST_WITH_AES:
            raise ValueError("encrypted in a way that is not known")
        name_end = _FIXED_SIZE - 7 + (8 if flags & _LARGE else 0) + name_size
        salted = name_end + (_SALT if flags & _SALTED else 0)
        content = self._decrypted(content, fields[name_end:salted])
        if method == _STORED:
            content = content[:size]  # the rest is padding
            check_stored(content, size, crc)
            packed = len(content)
        fixed = struct.pack(
            "<IIBIIBBHI", packed, size, host, crc, time, version, method, name_size, attributes
        )
        rest = fields[len(fixed) : name_end] + fields[salted:]
        return _block(_FILE, flags & ~(_LOCKED | _SALTED), fixed + rest) + content

    def _decrypted(self, locked: bytes, salt: bytes) -> bytes:
        if salt not in self._keys:
            if len(self._keys) == _MOST_SALTS:
                raise ValueError("more salts than anybody needs")
            self._keys[salt] = _key(self.password, salt)
        key, vector = self._keys[salt]
        return Cipher(AES(key), CBC(vector)).decryptor().update(locked)


def check_stored(content: bytes, size: int, crc: int | None) -> None:
    """Raise ValueError where stored bytes are not the file's: the program does not look at them."""
    if len(content) < size or crc not in (None, zlib.crc32(content)):
        raise ValueError("the password is wrong, or the file is cut off")


def _key(password: str, salt: bytes) -> tuple[bytes, bytes]:
    """Key and first vector: a hash over the password again and again, counted."""
    seed = password.encode("utf-16-le") + salt
    hashed, vector = hashlib.sha1(), bytearray()
    for first in range(0, 1 << 18, 1 << 14):
        hashed.update(seed + first.to_bytes(3, "little"))
        vector.append(hashed.digest()[19])
        hashed.update(
            b"".join(seed + n.to_bytes(3, "little") for n in range(first + 1, first + (1 << 14)))
        )
    words = struct.unpack(">4I", hashed.digest()[:16])
    return struct.pack("<4I", *words), bytes(vector)


def _block(kind: int, flags: int, fields: bytes) -> bytes:
    head = struct.pack("<BHH", kind, flags, 7 + len(fields)) + fields
    return struct.pack("<H", zlib.crc32(head) & 0xFFFF) + head
