"""Bytes that are taken field by field, as RAR 5 and XLSB have them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Fields:
    """Fields of a header or a part, taken one after the other."""

    data: bytes
    at: int = 0

    @property
    def rest(self) -> bytes:
        """What is not yet taken."""
        return self.data[self.at :]

    def split(self, size: int) -> tuple[bytes, bytes]:
        """What is not yet taken without its last `size` bytes, and those. Raises ValueError."""
        border = len(self.data) - size
        if border < self.at:
            raise ValueError("an extra area larger than its header")
        return self.data[self.at : border], self.data[border:]

    def take(self, size: int) -> bytes:
        """The next bytes, fewer at the end."""
        taken = self.data[self.at : self.at + size]
        self.at += len(taken)
        return taken

    def number(self) -> int:
        """Seven bits a byte, the low ones first; the high bit says that more follow.

        Raises ValueError where no byte ends it.
        """
        found = 0
        for place, byte in enumerate(self.data[self.at : self.at + 10]):
            found |= (byte & 0x7F) << 7 * place
            if not byte & 0x80:
                self.at += place + 1
                return found
        raise ValueError("a number without an end")
