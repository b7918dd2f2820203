"""OpenDocument packages that need a password, made into the same without one.

ODF 1.2 part 3, section 3.4 (and 1.0 and 1.1, which have Blowfish in its place): each member is
deflated, then encrypted; its key is derived from a hash of the password. The manifest says how.
"""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
import zlib
from typing import Final

from cryptography.hazmat.decrepit.ciphers.algorithms import Blowfish
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from lxml import etree

from archive.errors import ReadingFailed
from indexer.parsers.limits import Limits
from indexer.parsers.safe_xml import local_name, parse_xml
from indexer.parsers.zips import Package

_MANIFEST: Final = "META-INF/manifest.xml"
_CHECKED: Final = 1024  # bytes of the deflated member by which a password is known to be right
_MOST_ROUNDS: Final = 2_000_000  # of the derivation: more only burns time


def unlocked(data: bytes, password: str, limits: Limits) -> bytes:
    """The package without encryption. Raises ValueError for a wrong password or another way."""
    package = Package(data, limits)
    manifest = parse_xml(package.read(_MANIFEST))
    room = limits.max_inflated
    plain: dict[str, bytes] = {}
    for entry in manifest.iter("{*}file-entry"):
        name, how = _said(entry, "full-path"), entry.find("{*}encryption-data")
        if how is not None:
            plain[name] = _member(package.read(name), how, password, room)
            room -= len(plain[name])
            entry.remove(how)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for info in package.members:
            name = info.filename
            content = etree.tostring(manifest) if name == _MANIFEST else plain.get(name)
            made.writestr(name, package.read(info) if content is None else content)
    return stream.getvalue()


def _member(locked: bytes, how: etree._Element, password: str, room: int) -> bytes:
    deflated = _decrypted(locked, how, password)
    wanted = base64.b64decode(_said(how, "checksum"))
    digest = hashlib.sha256 if "256" in _said(how, "checksum-type") else hashlib.sha1
    if digest(deflated[:_CHECKED]).digest() != wanted:
        raise ValueError("the password is wrong")
    inflate = zlib.decompressobj(-15)
    found = inflate.decompress(deflated, max(room, 0) + 1)
    if len(found) > room:
        raise ReadingFailed("too-large", "What is locked exceeds the limit of size.")
    return found


def _decrypted(locked: bytes, how: etree._Element, password: str) -> bytes:
    algorithm, derivation, start = (
        _child(how, name) for name in ("algorithm", "key-derivation", "start-key-generation")
    )
    is_sha256 = start is not None and "256" in _said(start, "start-key-generation-name")
    hashed = (hashlib.sha256 if is_sha256 else hashlib.sha1)(password.encode()).digest()
    if (
        algorithm is None
        or derivation is None
        or "PBKDF2" not in _said(derivation, "key-derivation-name")
    ):
        raise ValueError("encrypted in a way that is not known")
    rounds = int(_said(derivation, "iteration-count"))
    if not 0 < rounds <= _MOST_ROUNDS:
        raise ValueError("more rounds than anybody needs")
    salt = base64.b64decode(_said(derivation, "salt"))
    size = int(_said(derivation, "key-size") or 16)
    key = hashlib.pbkdf2_hmac("sha1", hashed, salt, rounds, size)
    vector = base64.b64decode(_said(algorithm, "initialisation-vector"))
    name = _said(algorithm, "algorithm-name")
    if name.endswith("-cbc") and "aes" in name:
        plain = Cipher(AES(key), CBC(vector)).decryptor().update(locked)
        return plain[: -plain[-1]]  # the last byte says how many were added (XML Encryption 5.2)
    if name.lower().endswith(("blowfish cfb", "#blowfish")):
        return Cipher(Blowfish(key), CFB(vector)).decryptor().update(locked)
    raise ValueError("encrypted in a way that is not known")


def _child(parent: etree._Element, name: str) -> etree._Element | None:
    return next((child for child in parent if local_name(child) == name), None)


def _said(element: etree._Element, name: str) -> str:
    """An attribute, whatever its prefix."""
    found = (str(v) for key, v in element.items() if str(key).rpartition("}")[2] == name)
    return next(found, "")
