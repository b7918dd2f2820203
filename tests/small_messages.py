"""Messages as other houses wrap them: Outlook (MSG, TNEF) and PKCS #7, small as they can be."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Mapping, Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID

from indexer.parsers.compound import Storage

MESSAGE_INTERFACE = bytes.fromhex("0703020000000000c000000000000046")
_WIDE, _BYTES, _OBJECT, _NUMBER = 0x1F, 0x102, 0x0D, 3


def _property(key: int, kind: int, value: bytes) -> bytes:
    padded = value + bytes(-len(value) % 4)
    return struct.pack("<HHII", kind, key, 1, len(value)) + padded


def _properties(properties: Sequence[bytes]) -> bytes:
    named = struct.pack("<HH16sII", _NUMBER, 0x8001, bytes(16), 1, 6) + "abc".encode("utf-16-le")
    named += bytes(2) + struct.pack("<I", 7)  # padding, value
    number = struct.pack("<HHI", _NUMBER, 0x0E08, 5)
    return struct.pack("<I", len(properties) + 2) + named + number + b"".join(properties)


def _attribute(level: int, name: int, value: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(value)) + value + b"\0\0"


def tnef_message(*, body: str = "", html: bytes = b"") -> bytes:
    """The properties of a message in TNEF."""
    found = []
    if body:
        found.append(_property(0x1000, _WIDE, body.encode("utf-16-le") + b"\0\0"))
    if html:
        found.append(_property(0x1013, _BYTES, html))
    return _properties(found)


def tnef(message: bytes, files: Sequence[tuple[str, bytes]]) -> bytes:
    """A winmail.dat of these properties and these files."""
    out = b"\x78\x9f\x3e\x22\x01\x00"
    out += _attribute(1, 0x9006, b"\x00\x00\x01\x00") + _attribute(1, 0x9003, message)
    for name, data in files:
        is_message = data.startswith(MESSAGE_INTERFACE)
        held = _property(0x3701, _OBJECT if is_message else _BYTES, data)
        named = _property(0x3707, _WIDE, name.encode("utf-16-le") + b"\0\0")
        short = _attribute(2, 0x8010, b"SHORT~1.PDF\0")
        out += _attribute(2, 0x9002, bytes(14)) + short
        out += _attribute(2, 0x9005, _properties([named, held]))
    return out


def _identity() -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Anna")])
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, start,
                                      start + datetime.timedelta(days=1))  # fmt: skip
    return builder.sign(key, hashes.SHA256()), key


def pkcs7_signed(content: bytes) -> bytes:
    """SignedData with its content inside, in DER."""
    certificate, key = _identity()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    signed = builder.add_signer(certificate, key, hashes.SHA256())
    return signed.sign(serialization.Encoding.DER, [pkcs7.PKCS7Options.Binary])


def pkcs7_in_pieces(content: bytes) -> bytes:
    """The same as programs write it that stream: no lengths, the content cut into pieces."""
    pieces = b"".join(
        b"\x04\x82" + struct.pack(">H", len(piece)) + piece
        for piece in (content[i : i + 300] for i in range(0, len(content), 300))
    )
    data, end = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07", b"\0\0"
    inside = b"\x30\x80" + data + b"\x01\xa0\x80\x24\x80" + pieces + end + end + end
    signed = b"\x30\x80\x02\x01\x01\x31\x00" + inside + b"\x31\x00" + end
    return b"\x30\x80" + data + b"\x02\xa0\x80" + signed + end + end


def pkcs7_enveloped() -> bytes:
    """The head of a message that only its receiver can read."""
    return b"\x30\x0f\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x02\x30\x00"


def msg_storage(
    *, subject: str = "", body: str = "", html: bytes = b"", rtf: bytes = b"",
    attached: Sequence[Mapping[str, bytes | Storage]] = (), is_file: bool = True,
) -> Storage:  # fmt: skip
    """The streams of an Outlook message (MS-OXMSG), as a file or within another message."""
    texts = {0x0037: subject, 0x1000: body}
    held = {(key, _WIDE): text.encode("utf-16-le") for key, text in texts.items() if text}
    held |= {(key, _BYTES): data for key, data in {0x1013: html, 0x1009: rtf}.items() if data}
    head = bytes(8) + struct.pack("<4I", 0, len(attached), 0, len(attached))
    found = _streams(held, head + bytes(8) * is_file)
    for i, attachment in enumerate(attached):
        found[f"__attach_version1.0_#{i:08X}"] = attachment
    return found


def msg_attached(name: str, data: bytes | Storage) -> Mapping[str, bytes | Storage]:
    """An attachment: bytes, or a message."""
    held = {(0x3707, _WIDE): name.encode("utf-16-le")}
    if isinstance(data, bytes):
        return _streams(held | {(0x3701, _BYTES): data}, bytes(8))
    found = _streams(held, bytes(8), methods=5)
    return {**found, "__substg1.0_3701000D": data}


def _streams(
    held: Mapping[tuple[int, int], bytes], head: bytes, methods: int = 1
) -> dict[str, bytes | Storage]:
    entries = b"".join(
        struct.pack("<HHIII", kind, key, 6, len(data) + 2 * (kind == _WIDE), 0)
        for (key, kind), data in held.items()
    )
    entries += struct.pack("<HHIII", _NUMBER, 0x3705, 6, methods, 0)
    streams = {f"__substg1.0_{key:04X}{kind:04X}": data for (key, kind), data in held.items()}
    return {"__properties_version1.0": head + entries, **streams}
