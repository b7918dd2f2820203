"""Schemes as people write them in config.toml, for the tests of numbers."""

from __future__ import annotations

import tomllib

from archive.schemes import Scheme

EIPS = r"""
[[schemes]]
name = "eip"
bearer = "specification"
patterns = ['\b(?:EIP|ERC)s?[-\s#_]{0,2}(?P<number>\d{1,5})\b']
key = "EIP{number}"
own_labels = ["eip"]
cite_labels = { requires = "requires", replaces = "supersedes", "superseded by" = "superseded-by" }
examples = [["EIPs 1, 2 and 3", "EIP3"], ["[ERC-20](./eip-20.md)", "EIP20"],
            ["requires: 20, 165", "EIP165"], ["eip: 721", "EIP721"]]
counter_examples = ["EIPIP 5", "RECEIP-20", "requires 20 tokens"]
"""
KEPS = r"""
[[schemes]]
name = "kep"
bearer = "specification"
patterns = ['\bKEPs?[-\s#_]{0,2}(?P<number>\d{1,5})\b',
            '\bkeps/(?:sig-)?[\w-]+/(?P<number>\d{1,5})(?=-)',
            '/enhancements/issues/(?P<number>\d{1,5})\b', '\.\./(?P<number>\d{2,5})(?=-[a-z])']
key = "KEP{number}"
own_labels = ["kep number"]
cite_labels = { "see also" = "cites", "replaces" = "supersedes", "superseded by" = "superseded-by" }
examples = [["KEP-1194", "KEP1194"], ["/keps/sig-apps/3939-allow-x", "KEP3939"],
            ["kep-number: 3973", "KEP3973"]]
counter_examples = ["SKEP-12"]
"""


def schemes_of(toml: str) -> list[Scheme]:
    """The schemes of a piece of config.toml."""
    lists = ("patterns", "own_labels", "counter_examples")
    return [
        Scheme(
            **table
            | {name: tuple(table.get(name, ())) for name in lists}
            | {"examples": tuple((text, key) for text, key in table["examples"])}
        )
        for table in tomllib.loads(toml)["schemes"]
    ]
