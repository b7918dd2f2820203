"""Schemes: what a family of identifiers looks like, and the key of each spelling.

Knowledge is data: the built-in table is archive/builtin_schemes.py, people add their own as
`[[schemes]]` in the configuration, and every scheme is checked with its own examples.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from archive.keys import fold, groups_of, key_of_groups
from archive.spot_places import Openings

#: What may stand behind a label where the scheme itself does not say: one token with a digit.
ANY_NUMBER: Final = r"(?=[^\s\d]{0,20}\d)[^\W_](?:[^\W_]|[-/.:_+](?=[^\W_])){0,34}(?![^\W_])"
#: What makes a label out of a word, beside `n°`, `№` and `#`.
NUMBER_WORDS: Final = (
    "no", "nos", "nr", "nrs", "number", "numbers", "num", "nummer", "nummern", "numret", "numero",
    "numéro", "id",
)  # fmt: skip
#: Whose number it is, by what bears it, where numbers are only unique for one party. Else seller.
ISSUER_ROLES: Final = MappingProxyType(
    {
        "purchase-order": "buyer",
        "order-change": "buyer",
        "order-cancellation": "buyer",
        "request-for-quotation": "buyer",
        "receipt-advice": "buyer",
        "remittance": "buyer",
    }
)
#: `\bEIP-`, `\b(?:EIP|ERC)s?`; what is repeated or optional is no start.
_PLAIN_START: Final = re.compile(
    r"\\b(?:(?P<one>[A-Za-z]{2,}+(?![?*{])|[A-Za-z]{2,}(?=[A-Za-z][?*{]))"
    r"|\(\?:(?P<any>[A-Za-z]+(?:\|[A-Za-z]+)*)\)(?![?*{]))"
)
_GROUP: Final = re.compile(r"\([^()|]*(?:\|[^()|]*)*\)|\[[^]]*\]|\\.")


@dataclass(frozen=True, slots=True)
class Scheme:
    """One family of numbers, as in `[[schemes]]` of the configuration.

    `patterns` are regular expressions with a group `number`, matched without regard to case over
    text in which all dashes are `-`. `key` is made of their groups; a group `series` holds for all
    numbers of a list. A label that ends in a number
    word ("spec no") stands for all its spellings ("Spec nr.", "specnummer", "SPEC #").
    """

    name: str
    bearer: str  # the kind of document, or product, change-request, milestone, party, concern
    patterns: tuple[str, ...] = ()
    key: str = "{number}"
    own_labels: tuple[str, ...] = ()
    cite_labels: Mapping[str, str] = field(default_factory=dict)  # label → relation
    issuer: bool = False
    examples: tuple[tuple[str, str], ...] = ()
    counter_examples: tuple[str, ...] = ()
    value: str = ""
    """What may follow a label. Empty: the patterns or their number alone; without patterns, any."""
    starts: tuple[str, ...] = ()
    """How all that the patterns match begins, see `Openings`. Empty: what the patterns say."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names by which texts mean a number: "jordabalk" → "1970:994". Endings are ours."""
    short_labels: tuple[str, ...] = ()
    """Own labels that say which number only on a document of the bearer: "Confirmation no"."""
    grouped: bool = True  # False: separators are mere typography (VAT, organisation numbers)
    edition: str = ""
    """What parts a number from its edition. Who bears an edition bears the number as well: the ":"
    of "ISO 9001:2015", which "ISO 9001" may mean."""

    @property
    def issuer_role(self) -> str | None:
        """The role of the party whose number it is; None where numbers are everybody's."""
        return ISSUER_ROLES.get(self.bearer, "seller") if self.issuer else None

    def key_with(self, parts: Mapping[str, str]) -> str:
        """What `key` makes of the groups of a pattern; those that it does not have are empty.

        Raises what `str.format` raises where `key` is wrong.
        """
        return (self.key or "{number}").format_map(_Missing(parts))


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a scheme: `words` without the number word, which it may demand."""

    scheme: str
    words: str
    needs_number_word: bool
    is_own: bool
    relation: str | None  # of cite_labels
    is_short: bool = False  # of short_labels

    @property
    def needs_home(self) -> bool:
        """Whether it says which number follows only where the document bears such numbers."""
        return self.says_more or self.is_short

    @property
    def says_more(self) -> bool:
        """Whether it is a word like "requires", which alone does not say what number follows."""
        return self.relation not in (None, "cites")


@dataclass(frozen=True, slots=True)
class Shape:
    """One pattern of a scheme; `rank` is its place among all that are in force."""

    rank: int
    compiled: CompiledScheme
    pattern: re.Pattern[str]
    rule: str


#: Between the words of a name: spaces, and one end of a line at most.
_SPACES: Final = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"


@dataclass(frozen=True, slots=True)
class NameOf:
    """A name that means a number of a scheme, in lower case."""

    compiled: CompiledScheme
    words: str
    number: str
    pattern: re.Pattern[str]  # the words as they stand in a text: with any spaces, over two lines


def _spaced(words: str) -> re.Pattern[str]:
    """Words with what may stand between them; a dash at the end of a line is closed up."""
    plain = _SPACES.join(map(re.escape, words.split()))
    return re.compile(plain.replace(f"-{_SPACES}", rf"-(?:{_SPACES})?"))


class CompiledScheme:
    """A scheme with its patterns ready to match folded text (archive.keys.fold)."""

    def __init__(self, scheme: Scheme) -> None:
        self.scheme = scheme
        self.name = scheme.name
        self.patterns = tuple(re.compile(pattern, re.IGNORECASE) for pattern in scheme.patterns)
        alone = [scheme.value] if scheme.value else [number_part(p) for p in scheme.patterns]
        alone = alone or [ANY_NUMBER]
        self.has_shape = alone != [ANY_NUMBER]
        self.alone = re.compile(rf"(?:{'|'.join(alone)})(?![^\W_])", re.IGNORECASE)

    def key(self, match: re.Match[str]) -> tuple[str, str]:
        """Key and groups of a match of one of the patterns."""
        return self._key({name: text or "" for name, text in match.groupdict().items()})

    def key_of(self, written: str) -> tuple[str, str]:
        """Key and groups of a spelling, with its prefix or the number alone."""
        folded = fold(written.strip()).text
        for pattern in self.patterns:
            if match := pattern.fullmatch(folded):
                return self.key(match)
        return self._key({"number": folded})

    def _key(self, parts: Mapping[str, str]) -> tuple[str, str]:
        groups = groups_of(self.scheme.key_with(parts))
        if not self.scheme.grouped:
            groups = key_of_groups(groups)
        return key_of_groups(groups), groups


class _Missing(dict[str, str]):
    """Groups that a pattern does not have are empty in the key."""

    def __missing__(self, name: str) -> str:
        return ""


class Schemes:
    """All schemes that are in force, by name, in the order of the table."""

    def __init__(self, schemes: Iterable[Scheme]) -> None:
        self.by_name = {scheme.name: CompiledScheme(scheme) for scheme in schemes}

    def scheme(self, name: str) -> Scheme:
        """The scheme of that name. Raises KeyError."""
        return self.by_name[name].scheme

    def key_of(self, scheme_name: str, written: str) -> tuple[str, str]:
        """Key and groups of an identifier as people or e-documents write it.

        A scheme that is no longer configured keeps its identifiers: their key is the spelling's.
        """
        known = self.by_name.get(scheme_name)
        if known is not None:
            return known.key_of(written)
        groups = groups_of(written)
        return key_of_groups(groups), groups

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """All patterns, in the order of the schemes."""
        every = [
            (compiled, pattern, f"pattern {index}")
            for compiled in self.by_name.values()
            for index, pattern in enumerate(compiled.patterns, 1)
        ]
        return tuple(Shape(rank, *one) for rank, one in enumerate(every))

    @cached_property
    def unguided(self) -> tuple[Shape, ...]:
        """The patterns of which nobody knows how their matches begin."""
        return tuple(shape for shape in self.shapes if not _starts_of(shape))

    @cached_property
    def openings(self) -> Openings[Shape, NameOf]:
        """The words at which labels and the other patterns begin."""
        words = [label.words for labels in self.labels.values() for label in labels]
        starts = [(start, shape) for shape in self.shapes for start in _starts_of(shape)]
        names = [
            (name.lower(), NameOf(compiled, name.lower(), number, _spaced(name.lower())))
            for compiled in self.by_name.values()
            for name, number in compiled.scheme.names.items()
        ]
        return Openings(words, (*NUMBER_WORDS, "n", "nº"), starts, names)

    @cached_property
    def labels(self) -> Mapping[str, tuple[Label, ...]]:
        """All labels by their words: lower case, run together, without the number word."""
        found: dict[str, list[Label]] = {}
        for name, compiled in self.by_name.items():
            scheme = compiled.scheme
            cites = {label.lower() for label in scheme.cite_labels}
            every = [
                (label, True, None) for label in scheme.own_labels if label.lower() not in cites
            ]
            every += [(label, False, relation) for label, relation in scheme.cite_labels.items()]  # type: ignore[misc]
            every += [(label, True, None) for label in scheme.short_labels]
            for text, is_own, relation in every:
                words, needs = _without_number_word(text)
                is_short = text in scheme.short_labels
                label = Label(name, words, needs, is_own, relation, is_short)
                found.setdefault(words.replace(" ", ""), []).append(label)
        return {bare: tuple(labels) for bare, labels in found.items()}

    @cached_property
    def label_pattern(self) -> re.Pattern[str]:
        """Matches any label and the number word behind it, over lower-cased folded text.

        Groups: `label`; `number` (the number word, if there is one). Built as a tree of characters,
        so that a hundred labels cost one scan.
        """
        words = "|".join(sorted(map(re.escape, NUMBER_WORDS), key=len, reverse=True))
        spaced = {label.words for labels in self.labels.values() for label in labels}
        tree = _tree(spaced)
        first = "".join(sorted({re.escape(label[0]) for label in spaced})) or "#"
        return re.compile(
            rf"\b(?=[{first}])(?P<label>{tree})"
            rf"(?:(?:s|\(s\))?(?:[ \t\n./_-]{{0,2}}|[ \t]\()"
            rf"(?P<number>(?:{words})(?:\(s\)|(?![^\W_]))[.]?|n[°º]|[#№])"
            r"|(?:s|\(s\))?(?![^\W_]))"
        )


def _starts_of(shape: Shape) -> tuple[str, ...]:
    """How a pattern's matches begin: as its scheme says, else `kep*` of a plain `\\bKEPs?-…`."""
    if shape.compiled.scheme.starts:
        return shape.compiled.scheme.starts
    plain = _PLAIN_START.match(shape.pattern.pattern)
    if plain is None or "|" in _GROUP.sub("", shape.pattern.pattern):
        return ()
    words = plain["one"] or plain["any"]
    return tuple(f"{word.lower()}*" for word in words.split("|"))


def number_part(pattern: str) -> str:
    """The source of the group `number`: `\\d{3,5}` of `\\bSPEC-(?P<number>\\d{3,5})`."""
    start = pattern.index("(?P<number>") + len("(?P<number>")
    depth, in_class, position = 1, False, start
    while depth:
        char = pattern[position]
        if char == "\\":
            position += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        else:
            depth += (char == "(") - (char == ")")
        position += 1
    return f"(?:{pattern[start : position - 1]})"


def _without_number_word(label: str) -> tuple[str, bool]:
    """("spec", True) of "Spec no."; ("specification", False) of "Specification"."""
    text = " ".join(re.split(r"[\s._/-]+", fold(label).lower.strip(" .:")))
    first, _, rest = text.rpartition(" ")
    if first and rest in (*NUMBER_WORDS, "n°", "#"):
        return first, True
    for ending in ("nummer", "nr"):
        if text.endswith(ending) and len(text) > len(ending) + 2:
            return text.removesuffix(ending).removesuffix("s"), True
    return text, False


def _tree(labels: Iterable[str]) -> str:
    """One regular expression for all labels, as a tree by their characters, longest first."""
    root: dict[str, Any] = {}
    for label in labels:
        node = root
        for char in label:
            node = node.setdefault(char, {})
        node[""] = {}

    def source(node: dict[str, Any]) -> str:
        branches = [
            (r"[ \t\n._/-]{0,3}" if char == " " else re.escape(char)) + source(rest)
            for char, rest in sorted(node.items())
            if char
        ]
        if not branches:
            return ""
        joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
        return f"(?:{joined})?" if "" in node else joined

    return source(root) or r"(?!)"
