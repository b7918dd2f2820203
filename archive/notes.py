"""Checkpoints: size and head of the record of events, signed (C2SP tlog-checkpoint, signed-note).

A checkpoint is a text of three lines, an empty one, and the signature:

    crossfile/5f1d0c1e2b3a4d5e
    1000
    <the head, base64>

    — crossfile/5f1d0c1e2b3a4d5e <the first bytes of the key's hash and the signature, base64>

The signature is Ed25519 (RFC 8032) over the three lines with their ends.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from archive.errors import DamageFound
from archive.files import publish
from archive.merkle import HASH_BYTES

ED25519 = b"\x01"  # signed-note's identifier of the kind of key


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The record of events at a size."""

    origin: str
    size: int
    head: bytes

    def body(self) -> bytes:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.head)}\n".encode()


class PublicKey:
    """A key that checks signatures. Its name stands in each checkpoint that it checks."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self._key = key
        self.raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.fingerprint = hashlib.sha256(der).hexdigest()  # as openssl and sha256sum tell it
        self.short = self.fingerprint[:16]
        self.name = f"crossfile/{self.short}"
        named = hashlib.sha256(f"{self.name}\n".encode() + ED25519 + self.raw)
        self._id = named.digest()[:4]

    @classmethod
    def of_pem(cls, pem: bytes) -> PublicKey:
        """The key in a PEM file as we write them. Raises ValueError for anything else."""
        try:
            key = load_pem_public_key(pem)
        except UnsupportedAlgorithm as error:
            raise ValueError("a key of another kind") from error
        if not isinstance(key, Ed25519PublicKey) or cls(key).pem() != pem:
            raise ValueError("no Ed25519 key as it was written")
        return cls(key)

    def pem(self) -> bytes:
        """For `openssl pkeyutl -verify -pubin -inkey`."""
        return self._key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    def verifier(self) -> str:
        """For tools of transparency logs (signed-note's verifier key)."""
        return f"{self.name}+{self._id.hex()}+{_base64(ED25519 + self.raw)}"

    def note(self, checkpoint: Checkpoint, signature: bytes) -> bytes:
        """The checkpoint as a file."""
        line = f"— {self.name} {_base64(self._id + signature)}\n"
        return checkpoint.body() + b"\n" + line.encode()

    def checkpoint(self, note: bytes) -> Checkpoint:
        """The checkpoint that this key has signed. Raises ValueError where it is none, or changed.

        There is one way to write it, so that no bit can be another unnoticed.
        """
        origin, size, head, _, signed = note.decode().split("\n")[:5]
        found = Checkpoint(origin, int(size), base64.b64decode(head))
        signature = base64.b64decode(signed.rpartition(" ")[2])[len(self._id) :]
        if self.note(found, signature) != note or len(found.head) != HASH_BYTES:
            raise ValueError("no checkpoint as it was written")
        try:
            self._key.verify(signature, found.body())
        except InvalidSignature as error:
            raise ValueError("not what was signed") from error
        return found


class SigningKey:
    """The key that signs, in a file that nobody else may read."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key())

    @classmethod
    def at(cls, path: Path) -> SigningKey:
        """The key of that file, made where there is none. Raises `DamageFound` if it is no key."""
        if not path.exists():
            made = Ed25519PrivateKey.generate()
            pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            publish(path, [pem], mode=0o600)
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise DamageFound(f"The signing key {path} can't be read: {error}.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise DamageFound(f"The signing key {path} is no Ed25519 key.")
        return cls(key)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the signature; the same each time."""
        return self._key.sign(data)

    def note(self, size: int, head: bytes) -> bytes:
        """A signed checkpoint."""
        checkpoint = Checkpoint(self.public.name, size, head)
        return self.public.note(checkpoint, self.sign(checkpoint.body()))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
