"""Spellings of numbers, made by chance: none is missed, and none is taken for another."""

from __future__ import annotations

import random
from typing import Final

from archive.builtin_schemes import BUILTIN_SCHEMES
from archive.schemes import compile_schemes
from bench.context import Context
from bench.figures import Figure, at_most
from tests.number_variants import is_confused, is_missed, variants

SEED: Final = 20260301
MADE: Final = 5_000
SHOWN: Final = 5  # texts that are named


def run(context: Context) -> list[Figure]:
    """What the finding of numbers makes of variants of them, and of the numbers beside them."""
    del context  # nothing is filed: finding needs a text alone
    schemes = compile_schemes(BUILTIN_SCHEMES)
    made = list(variants(random.Random(SEED), MADE))
    missed = [one.text for one in made if is_missed(schemes, one)]
    confused = [one.text for one in made if is_confused(schemes, one)]
    return [
        _none(f"missed of {MADE} spellings", missed),
        _none("confused with another number", confused),
    ]


def _none(name: str, texts: list[str]) -> Figure:
    return at_most(name, len(texts), "", 0, note="; ".join(map(ascii, texts[:SHOWN])))
