"""A line of the journal of receipts: how it is written, its hash, what it is without names."""

from __future__ import annotations

import hashlib
import json
import os
from typing import Any, Final

NAMES: Final = frozenset({"path", "raw", "name"})  # what a receipt says that may name somebody


def line_of(receipt: dict[str, Any], previous: str) -> bytes:
    """The line of a receipt that comes after the line of the hash `previous`."""
    body = {**receipt, "previous": previous}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return text.encode("ascii") + b"\n"


def hash_of(line: bytes) -> str:
    """SHA-256 of a line with its end, in hex."""
    return hashlib.sha256(line).hexdigest()


def name_of(line: bytes) -> str:
    """The name of the receipt of a line; "" where it can't be read."""
    try:
        return str(json.loads(line)["receipt"])
    except (ValueError, KeyError, TypeError):
        return ""


def without_names(receipt: dict[str, Any]) -> bytes:
    """The line of a receipt without names and paths, and as long as it was.

    In their place stands a hash with a salt that nobody keeps.
    """
    told = {key: value for key, value in receipt.items() if key != "previous"}
    for key in NAMES & told.keys():
        length = len(json.dumps(told[key], ensure_ascii=True)) - 2
        salted = hashlib.sha256(os.urandom(32) + str(told[key]).encode()).hexdigest()
        told[key] = (salted * (length // len(salted) + 1))[:length]
    return line_of(told, receipt["previous"])


def is_named(line: bytes) -> bool:
    """Does it say more of names and paths than what they are written over with?"""
    receipt = json.loads(line)
    return any(set(receipt[key]) - set("0123456789abcdef") for key in NAMES & receipt.keys())
