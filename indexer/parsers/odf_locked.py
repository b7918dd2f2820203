"""OpenDocument packages that need a password, made into the same without one.

ODF 1.2 part 3, section 3.4 (and 1.0 and 1.1, which have Blowfish in its place): each member is
deflated, then encrypted; its key is derived from a hash of the password. The manifest says how.
LibreOffice since 24.8 encrypts the package as a whole (AES-GCM, Argon2id): it is the one member of
another one, whose manifest has the names of ODF 1.4 and LibreOffice's own prefix `loext`.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from lxml import etree

from archive.errors import ReadingFailed
from indexer.parsers.limits import Limits
from indexer.parsers.safe_xml import local_name, parse_xml
from indexer.parsers.zips import Package

_MANIFEST: Final = "META-INF/manifest.xml"
_WHOLE: Final = "encrypted-package"  # the member that is the whole package
_CHECKED: Final = 1024  # bytes of the deflated member by which a password is known to be right
_SIZES: Final = (16, 24, 32)  # of keys, in bytes
_MOST_ROUNDS: Final = 500_000  # of PBKDF2: more only burns time; LibreOffice makes 100,000
_MOST_WORK: Final = 30_000_000  # rounds for a file, each for 20 bytes of a key: half a minute
_MOST_MEMORY_WORK: Final = 1 << 20  # of Argon2id for a file: passes x KiB; LibreOffice: 196,608
_MOST_PASSES: Final = 16  # of Argon2id, each over its whole memory; LibreOffice makes 3
_MOST_KIB: Final = 1 << 18  # of its memory; LibreOffice takes 65,536
_MOST_LANES: Final = 16


def unlocked(data: bytes, password: str, limits: Limits) -> bytes:
    """The package without encryption. Raises ValueError for a wrong password or another way."""
    package = Package(data, limits)
    manifest = parse_xml(package.read(_MANIFEST))
    room, keys = limits.max_inflated, _Keys(password)
    plain: dict[str, bytes] = {}
    for entry in manifest.iter("{*}file-entry"):
        name, how = _said(entry, "full-path"), entry.find("{*}encryption-data")
        if how is not None:
            plain[name] = _member(package.read(name), how, keys, room)
            room -= len(plain[name])
            entry.remove(how)
    if _WHOLE in plain:
        return plain[_WHOLE]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for info in package.members:
            name = info.filename
            content = etree.tostring(manifest) if name == _MANIFEST else plain.get(name)
            made.writestr(name, package.read(info) if content is None else content)
    return stream.getvalue()


def _member(locked: bytes, how: etree._Element, keys: _Keys, room: int) -> bytes:
    deflated, is_checked = _decrypted(locked, how, keys)
    wanted = base64.b64decode(_said(how, "checksum"))
    digest = hashlib.sha256 if "256" in _said(how, "checksum-type") else hashlib.sha1
    if not wanted and not is_checked:
        raise ValueError("nothing says whether the password is right")
    if wanted and digest(deflated[:_CHECKED]).digest() != wanted:
        raise ValueError("the password is wrong")
    inflate = zlib.decompressobj(-15)
    found = inflate.decompress(deflated, max(room, 0) + 1)
    if len(found) > room:
        raise ReadingFailed("too-large", "What is locked exceeds the limit of size.")
    if not inflate.eof:
        raise ValueError("the member is cut off")
    return found


def _decrypted(locked: bytes, how: etree._Element, keys: _Keys) -> tuple[bytes, bool]:
    """The deflated bytes, and whether the cipher itself has checked them."""
    algorithm, derivation, start = (
        _child(how, name) for name in ("algorithm", "key-derivation", "start-key-generation")
    )
    if algorithm is None or derivation is None:
        raise ValueError("encrypted in a way that is not known")
    is_sha256 = start is not None and "256" in _said(start, "start-key-generation-name")
    hashed = (hashlib.sha256 if is_sha256 else hashlib.sha1)(keys.password.encode()).digest()
    key = keys.key(derivation, hashed)
    vector = base64.b64decode(_said(algorithm, "initialisation-vector"))
    name = _said(algorithm, "algorithm-name").lower()
    if name.endswith("-gcm") and "aes" in name:  # the vector stands before (XML Encryption 5.2.4)
        return AESGCM(key).decrypt(vector, locked.removeprefix(vector), None), True
    if name.endswith("-cbc") and "aes" in name:
        plain = Cipher(AES(key), CBC(vector)).decryptor().update(locked)
        return plain[
            : -plain[-1]
        ], False  # the last byte says how many were added (XML Encryption 5.2)
    if name.endswith(("blowfish cfb", "#blowfish")):
        return Cipher(Blowfish(key), CFB(vector)).decryptor().update(locked), False
    raise ValueError("encrypted in a way that is not known")


@dataclass(slots=True)
class _Keys:
    """The keys of a file's members, each made once; one budget of work is for all of them."""

    password: str
    _work: int = _MOST_WORK
    _memory_work: int = _MOST_MEMORY_WORK
    _made: dict[tuple[bytes | int, ...], bytes] = field(default_factory=dict)

    def key(self, derivation: etree._Element, hashed: bytes) -> bytes:
        """Of one member. Raises ValueError where making it would only burn time or memory."""
        name = _said(derivation, "key-derivation-name").lower()
        salt = base64.b64decode(_said(derivation, "salt"))
        size = int(_said(derivation, "key-size") or 16)
        if size not in _SIZES:
            raise ValueError("no cipher has keys of this size")
        if name.endswith("argon2id"):
            return self._by_argon(derivation, hashed, salt, size)
        if "pbkdf2" not in name:
            raise ValueError("encrypted in a way that is not known")
        rounds = _bounded(derivation, "iteration-count", _MOST_ROUNDS)
        said = (hashed, salt, size, rounds)
        if said not in self._made:
            self._work = _spent(self._work, rounds * -(-size // 20))
            self._made[said] = hashlib.pbkdf2_hmac("sha1", hashed, salt, rounds, size)
        return self._made[said]

    def _by_argon(self, derivation: etree._Element, hashed: bytes, salt: bytes, size: int) -> bytes:
        passes = _bounded(derivation, "argon2-iterations", _MOST_PASSES)
        lanes = _bounded(derivation, "argon2-lanes", _MOST_LANES)
        kib = _bounded(derivation, "argon2-memory", _MOST_KIB)
        said = (hashed, salt, size, passes, lanes, kib)
        if said not in self._made:
            self._memory_work = _spent(self._memory_work, passes * kib)
            self._made[said] = Argon2id(
                salt=salt, length=size, iterations=passes, lanes=lanes, memory_cost=kib
            ).derive(hashed)
        return self._made[said]


def _spent(left: int, work: int) -> int:
    if work > left:
        raise ValueError("more work than any file needs")
    return left - work


def _bounded(element: etree._Element, name: str, most: int) -> int:
    found = int(_said(element, name))
    if not 0 < found <= most:
        raise ValueError("more than anybody needs")
    return found


def _child(parent: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in parent if local_name(child) == name), None)


def _said(element: etree._Element, name: str) -> str:
    """An attribute, whatever its prefix."""
    found = (str(v) for key, v in element.items() if str(key).rpartition("}")[2] == name)
    return next(found, "")
