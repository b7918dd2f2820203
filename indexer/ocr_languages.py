"""Which languages the Tesseract of this machine can read."""

from __future__ import annotations

import subprocess
from pathlib import Path


def installed_languages(program: Path) -> frozenset[str]:
    """Tesseract's own names ("swe", "eng"); none where it does not answer."""
    try:
        answer = subprocess.run(
            [program, "--list-langs"], capture_output=True, text=True, timeout=20, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return frozenset()
    return frozenset(answer.stdout.split("\n")[1:]) - {""}
