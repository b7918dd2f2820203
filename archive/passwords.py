"""Passwords: what they must be, and checking them at a cost that is bounded and always the same."""

from __future__ import annotations

from threading import BoundedSemaphore
from typing import Final

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from archive.errors import UsageError

SHORTEST: Final = 12  # code points; no rules of composition (OWASP ASVS 5.0, V6.2)
LONGEST: Final = 1024


class Passwords:
    """Hashes with Argon2id (RFC 9106). Each takes 64 MiB: only `at_once` are made at a time."""

    def __init__(self, hasher: Argon2Hasher | None = None, *, at_once: int = 2) -> None:
        self._hash = PasswordHash((hasher or Argon2Hasher(),))
        self._turns = BoundedSemaphore(at_once)

    def hash(self, password: str, *, name: str) -> str:
        """What to store of a new password of user `name`. Raises `UsageError` for a weak one."""
        if not SHORTEST <= len(password) <= LONGEST:
            raise UsageError(
                "A password has %(shortest)s to %(longest)s characters.",
                shortest=SHORTEST,
                longest=LONGEST,
            )
        if len(set(password)) < 5:
            raise UsageError("This password is the same few characters over and over.")
        if name.casefold() in password.casefold() and len(password) < len(name) + SHORTEST:
            raise UsageError("The password is little more than the user's name.")
        with self._turns:
            return self._hash.hash(password)

    def fits(self, password: str, stored: str | None) -> tuple[bool, str | None]:
        """Is it the password, and what to store anew where the stored hash is of an older make.

        Without a stored hash the same work is done, so that time does not tell which users exist.
        """
        if len(password) > LONGEST:
            return False, None
        with self._turns:
            if stored is None:
                self._hash.hash(password)
                return False, None
            return self._hash.verify_and_update(password, stored)
