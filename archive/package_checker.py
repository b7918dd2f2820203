"""Checks a package of Crossfile with Python's standard library alone (3.9 or later).

    python3 -I -S check.py --key FINGERPRINT

in the folder of the package. The fingerprint of the archive's key must have come on another
way than the package. Exit status 0: all is as it was made and signed; 1: something is not.

How it works: every file has its SHA-256 in a manifest, and the manifests are signed (Ed25519).
Each event is a line; its hash and its proof lead to the head that the checkpoint signs (RFC 9162).
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNATURE = f"{TAGS}.sig"
FREE = {TAGS, SIGNATURE}  # what no manifest can list
SPKI = bytes.fromhex("302a300506032b6570032100")  # before the 32 bytes of an Ed25519 key, RFC 8410
Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, Q - 2, Q) % Q
BASE_Y = 4 * pow(5, Q - 2, Q) % Q
Point = tuple[int, int, int, int]


class Wrong(Exception):
    """Something is not what it should be; the message is for people."""


def recovered(data: bytes) -> Point:
    """A point from its 32 bytes (RFC 8032, section 5.1.3)."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if len(data) != 32 or y >= Q:
        raise Wrong("A key or signature is no point of the curve.")
    square = (y * y - 1) * pow(D * y * y + 1, Q - 2, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    if (x * x - square) % Q:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    if (x * x - square) % Q or (x == 0 and sign):
        raise Wrong("A key or signature is no point of the curve.")
    x = Q - x if x & 1 != sign else x
    return x, y, 1, x * y % Q


def added(p: Point, q: Point) -> Point:
    """The sum of two points (section 5.1.4)."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % Q, (p[1] + p[0]) * (q[1] + q[0]) % Q
    c, d = 2 * p[3] * q[3] * D % Q, 2 * p[2] * q[2] % Q
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % Q, g * h % Q, f * g % Q, e * h % Q


def times(factor: int, point: Point) -> Point:
    """A point added to itself so many times."""
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = added(found, point)
        point = added(point, point)
        factor >>= 1
    return found


def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Is it a signature of the message by that key (section 5.1.7)?"""
    if len(key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    if s >= L:
        return False
    digest = hashlib.sha512(signature[:32] + key + message).digest()
    factor = int.from_bytes(digest, "little") % L
    left = times(s, recovered(BASE_Y.to_bytes(32, "little")))
    right = added(recovered(signature[:32]), times(factor, recovered(key)))
    return not any((left[i] * right[2] - right[i] * left[2]) % Q for i in (0, 1))


def key_in(pem: bytes) -> tuple[bytes, str]:
    """The key in a PEM file, and its fingerprint."""
    lines = pem.decode("ascii").splitlines()
    der = base64.b64decode("".join(lines[1:-1]), validate=True)
    if not der.startswith(SPKI) or len(der) != 44:
        raise Wrong("A key is no Ed25519 key.")
    return der[12:], hashlib.sha256(der).hexdigest()


def read(name: str) -> bytes:
    """The bytes of a file of the package."""
    return Path(name).read_bytes()


def sha256(name: str) -> str:
    """The sum of a file, which may be large."""
    digest = hashlib.sha256()
    with Path(name).open("rb") as stream:
        for chunk in iter(lambda: stream.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()


def files() -> Iterator[str]:
    """All that lies in this folder, as manifests call it."""
    for path in Path().rglob("*"):
        if path.is_symlink():
            raise Wrong(f"{path} is a link.")
        if not path.is_dir():
            yield path.as_posix()


def manifest(name: str) -> dict[str, str]:
    """SHA-256 by name. Raises `Wrong` for a line that is none, and for a name twice."""
    found: dict[str, str] = {}
    for line in read(name).decode("ascii").splitlines():
        match = re.fullmatch(r"([0-9a-f]{64})  ([A-Za-z0-9._/-]+)", line)
        if not match or match[2] in found or (match[2].startswith("data/") != (name == MANIFEST)):
            raise Wrong(f"{name} has a line that does not belong there: {line[:80]}")
        found[match[2]] = match[1]
    return found


def check_files() -> dict[str, str]:
    """Every file is listed once with its sum, and nothing else is there. The sums by name."""
    sums = {**manifest(MANIFEST), **manifest(TAGS)}
    there = set(files()) - FREE
    for name in sorted(there ^ set(sums)):
        raise Wrong(f"{name} is " + ("listed, and not there." if name in sums else "not listed."))
    for name, value in sums.items():
        if sha256(name) != value:
            raise Wrong(f"{name} is not what was packed.")
    return sums


def check_signature(wanted: str) -> str:
    """The manifests are signed by the key that is wanted. The fingerprint of the key."""
    key, fingerprint = key_in(read("signing-key.pem"))
    if wanted and fingerprint != wanted.lower():
        raise Wrong(f"The package is signed by another key: {fingerprint}.")
    if not is_signed(key, read(TAGS), read(SIGNATURE)):
        raise Wrong(f"{SIGNATURE} is no signature of {TAGS} by signing-key.pem.")
    return fingerprint


def check_checkpoint() -> tuple[int, bytes]:
    """Size and head of the record of events, as they were signed."""
    key, _ = key_in(read("data/history/checkpoint-key.pem"))
    text = read("data/history/checkpoint.txt")
    body, blank, line = text.partition(b"\n\n")
    signature = base64.b64decode(line.strip().rpartition(b" ")[2], validate=True)[4:]
    if not blank or not is_signed(key, body + b"\n", signature):
        raise Wrong("The checkpoint is not what was signed.")
    _, size, head = body.decode("ascii").split("\n")
    return int(size), base64.b64decode(head, validate=True)


def led(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes:
    """The head to which the proof of a leaf leads (RFC 9162, section 2.1.3.2)."""
    last = size - 1
    if not 0 <= index < size:
        raise Wrong("An event lies outside the checkpoint.")
    for step in path:
        if not last:
            raise Wrong("A proof is too long.")
        if index & 1 or index == last:
            leaf = hashlib.sha256(b"\1" + step + leaf).digest()
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            leaf = hashlib.sha256(b"\1" + leaf + step).digest()
        index, last = index >> 1, last >> 1
    if last:
        raise Wrong("A proof is too short.")
    return leaf


def check_events(size: int, head: bytes) -> dict[int, Any]:
    """Every event was in the record when the checkpoint was signed. The events by number."""
    lines = read("data/history/events.jsonl").split(b"\n")[:-1]
    proofs = [json.loads(line) for line in read("data/history/proofs.jsonl").splitlines()]
    events: dict[int, Any] = {}
    if len(lines) != len(proofs):
        raise Wrong("There are not as many events as proofs.")
    for line, proof in zip(lines, proofs):  # noqa: B905
        event = json.loads(line)
        number, path = event["number"], [bytes.fromhex(step) for step in proof["path"]]
        if number <= max(events, default=0):
            raise Wrong(f"Event {number} stands at the wrong place.")
        leaf = hashlib.sha256(b"\0" + line).digest()
        if led(number - 1, size, leaf, path) != head:
            raise Wrong(f"Event {number} is not what the checkpoint vouches for.")
        events[number] = event
    return events


def check_index(sums: dict[str, str], events: dict[int, Any]) -> int:
    """The index lists what is there, as it came. How many came before there were events."""
    entries = json.loads(read("data/index.json"))["entries"]
    text = read("data/index.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))  # a path may hold U+2028
    fields = ("document", "file", "sha256")
    if [[row[f] for f in fields] for row in rows] != [[e[f] for f in fields] for e in entries]:
        raise Wrong("data/index.csv and data/index.json list different documents.")
    originals = sorted(name for name in sums if name.startswith("data/originals/"))
    if originals != sorted(entry["file"] for entry in entries):
        raise Wrong("The index does not list the originals that are there.")
    for entry in entries:
        if sums[entry["file"]] != entry["sha256"]:
            raise Wrong(f"{entry['file']} is not what the index says.")
        if entry["arrival"] is not None:
            arrival = events[entry["arrival"]]
            if arrival["details"].get("sha256") != entry["sha256"]:
                raise Wrong(f"{entry['file']} is not what event {entry['arrival']} received.")
    return sum(entry["arrival"] is None for entry in entries)


def main() -> int:
    """Check the package in this folder; the exit status."""
    parser = argparse.ArgumentParser(description="Check a package of Crossfile.")
    parser.add_argument("--key", default="", help="fingerprint of the archive's key")
    wanted = parser.parse_args().key
    try:
        sums = check_files()
        fingerprint = check_signature(wanted)
        size, head = check_checkpoint()
        events = check_events(size, head)
        unproved = check_index(sums, events)
    except (Wrong, OSError, ValueError, LookupError, TypeError) as error:
        print(f"NOT IN ORDER: {error}")
        return 1
    print(f"In order: {len(sums)} files, {len(events)} events under a checkpoint of {size}.")
    if unproved:
        print(f"The arrival of {unproved} documents is not among the events.")
    if not wanted:
        print(f"Signed by {fingerprint}. Ask the archive, on another way, whether that is its key.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
