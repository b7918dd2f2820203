"""Merkle trees over event leaves: heads, proofs of inclusion and of consistency (RFC 9162).

Nothing here keeps all leaves: they go past once, in order, and what a proof needs of them is kept.
Hashes are 32 raw bytes. A *span* (start, end) is the run of leaves from `start` up to `end`, a
*node* a span of 2^k leaves that starts at a multiple of 2^k.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

Span = tuple[int, int]
HASH_BYTES = 32
EMPTY = hashlib.sha256().digest()  # the head of a tree without leaves


class BadProof(ValueError):
    """The proof does not show what it should; the message says why."""


def leaf_hash(leaf: bytes) -> bytes:
    """The hash of a leaf (section 2.1.1)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others (section 2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows leaf by leaf, of which only the nodes at its right edge are kept.

    Nodes of `wanted` spans are kept as they go past: `hash_of` gives their hashes afterwards.
    """

    def __init__(self, wanted: Iterable[Span] = ()) -> None:
        self.size = 0
        self._edge: list[tuple[Span, bytes]] = []  # from left to right, each smaller than before
        self._wanted = {node for span in wanted for node in _nodes(*span)}
        self._kept: dict[Span, bytes] = {}

    def add(self, leaf: bytes) -> None:
        """Append the hash of a leaf."""
        start, end, value = self.size, self.size + 1, leaf
        self.size = end
        self._keep((start, end), value)
        while self._edge and self._edge[-1][0][1] - self._edge[-1][0][0] == end - start:
            (start, _), left = self._edge.pop()
            value = node_hash(left, value)
            self._keep((start, end), value)
        self._edge.append(((start, end), value))

    def _keep(self, node: Span, value: bytes) -> None:
        if node in self._wanted:
            self._kept[node] = value

    def head(self) -> bytes:
        """The head of the tree as it is now (section 2.1.1)."""
        return _folded([value for _, value in self._edge])

    def hash_of(self, span: Span) -> bytes:
        """The head of a wanted span whose leaves have all gone past."""
        return _folded([self._kept[node] for node in _nodes(*span)])


def _folded(hashes: Sequence[bytes]) -> bytes:
    if not hashes:
        return EMPTY
    *others, value = hashes
    for left in reversed(others):
        value = node_hash(left, value)
    return value


def _nodes(start: int, end: int) -> Iterator[Span]:
    """The nodes that a span of the tree consists of, the largest first."""
    while start < end:
        size = 1 << ((end - start).bit_length() - 1)
        yield start, start + size
        start += size


def inclusion_spans(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove leaf `index` (from 0) in a tree of `size` (section 2.1.3.1)."""
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _left_size(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """The spans whose hashes prove that the tree of `new` grew out of that of `old` (2.1.4.1)."""
    if old in (0, new):
        return []
    start, end, path = 0, new, []
    while old < end:
        middle = start + _left_size(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start:  # where the old tree is a whole node, who checks has its hash already
        path.append((start, end))
    return path[::-1]


def _left_size(size: int) -> int:
    """The largest power of two below `size`, from 2 on."""
    return 1 << ((size - 1).bit_length() - 1)


def check_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], head: bytes
) -> None:
    """Is this leaf at `index` in the tree of that size and head (section 2.1.3.2)?

    Raises `BadProof`.
    """
    _require_hashes(leaf, head, *proof)
    if not 0 <= index < size:
        raise BadProof(f"There is no leaf {index} in a tree of {size}.")
    value = leaf
    for step, is_left in _climb(index, size - 1, proof):
        value = node_hash(step, value) if is_left else node_hash(value, step)
    if value != head:
        raise BadProof("The proof does not lead to the head.")


def check_consistency(
    old: int, new: int, proof: Sequence[bytes], old_head: bytes, new_head: bytes
) -> None:
    """Did the second tree grow out of the first (section 2.1.4.2)? Raises `BadProof`."""
    if not 0 < old <= new:
        raise BadProof(f"A tree of {new} does not grow out of one of {old}.")
    if old == new:
        if proof or old_head != new_head:
            raise BadProof("Trees of one size are equal, and need no proof.")
        return
    _require_hashes(old_head, new_head, *proof)
    is_node = old & (old - 1) == 0  # then its head is the first step, and not given again
    if not proof:
        raise BadProof("The proof is too short.")
    first, steps = (old_head, proof) if is_node else (proof[0], proof[1:])
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = first
    for step, is_left in _climb(at, last, steps):
        if is_left:
            before = node_hash(step, before)
        after = node_hash(step, after) if is_left else node_hash(after, step)
    if (before, after) != (old_head, new_head):
        raise BadProof("The proof does not lead to both heads.")


def _climb(at: int, last: int, proof: Sequence[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The steps from a node up to the head, each with whether it stands on the left.

    `at` and `last` are places of the node and of the last one in its row. Raises `BadProof` where
    there are too many steps or too few.
    """
    for step in proof:
        if last == 0:
            raise BadProof("The proof is too long.")
        is_left = bool(at & 1) or at == last
        yield step, is_left
        while is_left and at and not at & 1:
            at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    if last:
        raise BadProof("The proof is too short.")


def _require_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise BadProof(f"A hash has {HASH_BYTES} bytes.")
