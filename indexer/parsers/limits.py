"""How much of one file is read, at most."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading. Sizes are bytes unless the name says otherwise."""

    max_bytes: int = 1024 * MIB  # the file itself
    max_pages: int = 5_000
    max_text: int = 50 * MIB  # characters, all pages together
    max_inflated: int = 256 * MIB  # what all members or parts of one container hold
    max_ratio: int = 500  # inflated to packed, of members over 10 MiB; deflate reaches 1,032
    max_members: int = 10_000
    max_depth: int = 5  # containers within containers
    max_pixels: int = 150_000_000  # of one picture: A0 at 300 dpi is 139 million
    ocr_languages: tuple[str, ...] = ()  # Tesseract's names; none: no OCR
    ocr_dpi: int = 300
    ocr_page_s: float = 60.0  # for one call of Tesseract
    ocr_at_once: int = 1  # pages that are read side by side, each by a process of its own
