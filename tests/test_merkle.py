"""Trees over leaves: what they prove, what proves nothing, and vectors that others made."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import merkle
from archive.merkle import BadProof, Tree, leaf_hash, node_hash

SIZES = range(1, 40)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(count)]


def head_by_definition(hashes: list[bytes]) -> bytes:
    """As section 2.1.1 of RFC 9162 defines it, with all leaves at hand."""
    if len(hashes) < 2:
        return hashes[0] if hashes else hashlib.sha256().digest()
    middle = 1
    while middle * 2 < len(hashes):
        middle *= 2
    left, right = head_by_definition(hashes[:middle]), head_by_definition(hashes[middle:])
    return node_hash(left, right)


def grown(count: int, spans=()) -> Tree:
    tree = Tree(spans)
    for leaf in leaves(count):
        tree.add(leaf)
    return tree


@pytest.mark.parametrize("size", [0, *SIZES])
def test_the_head_is_what_the_definition_says(size):
    assert grown(size).head() == head_by_definition(leaves(size))


@pytest.mark.parametrize("size", SIZES)
def test_each_leaf_is_proved_and_no_other_at_its_place(size):
    for index in range(size):
        spans = merkle.inclusion_spans(index, size)
        tree = grown(size, spans)
        proof = [tree.hash_of(span) for span in spans]
        for place in range(size):
            given = (place, size, leaves(size)[index], proof, tree.head())
            if place == index:
                merkle.check_inclusion(*given)
            else:
                with pytest.raises(BadProof):
                    merkle.check_inclusion(*given)


@pytest.mark.parametrize("new", SIZES)
def test_each_tree_is_proved_to_have_grown_out_of_each_smaller_one(new):
    for old in range(1, new + 1):
        spans = merkle.consistency_spans(old, new)
        tree = grown(new, spans)
        proof = [tree.hash_of(span) for span in spans]
        merkle.check_consistency(old, new, proof, grown(old).head(), tree.head())
        other = leaf_hash(b"another")
        with pytest.raises(BadProof):
            merkle.check_consistency(old, new, proof, other, tree.head())


@given(st.data(), st.integers(2, 200))
def test_a_proof_with_one_bit_changed_proves_nothing(data, size):
    index = data.draw(st.integers(0, size - 1))
    spans = merkle.inclusion_spans(index, size)
    tree = grown(size, spans)
    proof = [bytearray(tree.hash_of(span)) for span in spans]
    step, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))
    proof[step][bit // 8] ^= 1 << bit % 8
    with pytest.raises(BadProof):
        merkle.check_inclusion(index, size, leaves(size)[index], proof, tree.head())


@given(st.integers(1, 300), st.integers(1, 300))
def test_a_tree_keeps_only_what_is_wanted(old, more):
    spans = merkle.consistency_spans(old, old + more)
    tree = grown(old + more, spans)
    assert len(tree._edge) + len(tree._kept) <= 40


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def test_the_vectors_of_other_logs_are_judged_as_they_say(shared):
    wrong, count = [], 0
    for path in sorted((shared / "suites/merkle").glob("*/**/*.json")):
        told = json.loads(path.read_text())
        proof = [decoded(step) for step in told["proof"] or []]
        try:
            if "leafIdx" in told:
                leaf, head = decoded(told["leafHash"]), decoded(told["root"])
                merkle.check_inclusion(told["leafIdx"], told["treeSize"], leaf, proof, head)
            else:
                heads = (decoded(told["root1"]), decoded(told["root2"]))
                merkle.check_consistency(told["size1"], told["size2"], proof, *heads)
            is_good = True
        except BadProof:
            is_good = False
        count += 1
        if is_good == told["wantErr"]:
            wrong.append(path.name)
    assert (count, wrong) == (196, [])
