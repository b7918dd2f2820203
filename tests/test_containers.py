"""Containers: what can be taken out is taken out, and what can't is named."""

from __future__ import annotations

import io
import tarfile

import pytest

from archive.reading import Reading
from indexer.parsers.limits import MIB, Limits
from tests.small_files import package, reading, saying

SMALL = Limits(max_inflated=20 * MIB)


def children(found: Reading) -> list[tuple[int, str]]:
    return [(child.position, child.name) for child in found.children]


def tar(**members: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def locked(data: bytes, member: str) -> bytes:
    """A ZIP with this member marked as encrypted, in both of its headers (APPNOTE.TXT 4.4.4)."""
    flawed = bytearray(data)
    local = data.index(member.encode()) - 30
    central = data.rindex(member.encode()) - 46
    flawed[local + 6] |= 1
    flawed[central + 8] |= 1
    return bytes(flawed)


def test_an_encrypted_member_costs_itself_only() -> None:
    data = package({"a.txt": "one", "secret.txt": "two", "b.txt": "three"})
    found = reading(locked(data, "secret.txt"), "x.zip")
    assert children(found) == [(1, "a.txt"), (3, "b.txt")]
    assert (found.reason_code, found.reason) == (
        "truncated", "Left out: secret.txt (needs a password)."
    )  # fmt: skip
    assert found.pages[0].text == "a.txt\nsecret.txt\nb.txt"


def test_a_broken_member_costs_itself_only() -> None:
    data = package({"a.txt": "one", "b.txt": "two", "c.txt": "three"}, stored=["b.txt"])
    found = reading(data.replace(b"two", b"twx"), "x.zip")
    assert children(found) == [(1, "a.txt"), (3, "c.txt")]
    assert (found.reason_code, found.reason) == ("truncated", "Left out: b.txt (damaged).")


@pytest.mark.parametrize("make", [lambda members: package(members), lambda members: tar(**members)])
def test_what_is_over_the_limit_of_all_members_costs_itself_only(make) -> None:  # type: ignore[no-untyped-def]
    members = {"a": b"x" * 9 * MIB, "b": b"y" * 9 * MIB, "c": b"z" * 9 * MIB, "d": b"small"}
    found = reading(make(members), "x", SMALL)
    assert children(found) == [(1, "a"), (2, "b"), (4, "d")]
    assert (found.reason_code, found.reason) == ("truncated", "Left out: c (too large).")


def test_of_many_members_left_out_the_first_are_named() -> None:
    data = package(
        {f"{i:02}.txt": "x" for i in range(15)}, stored=[f"{i:02}.txt" for i in range(14)]
    )
    for number in range(14):
        data = locked(data, f"{number:02}.txt")
    found = reading(data, "x.zip")
    assert children(found) == [(15, "14.txt")]
    assert found.reason is not None
    assert found.reason.endswith("09.txt (needs a password), and 4 more.")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (locked(package({"a.txt": "one"}), "a.txt"), "encrypted"),
        (package({"a.txt": "one"}, stored=["a.txt"]).replace(b"one", b"onx"), "damaged"),
        (package({"zeros": bytes(15 * MIB)}), "too-large"),
        (saying(package({"a.txt": "x" * 1_000}), "a.txt", 10), "damaged"),
    ],
)
def test_where_nothing_can_be_taken_out_the_file_says_why(data: bytes, code: str) -> None:
    assert reading(data, "x.zip", SMALL).reason_code == code


def test_a_tar_that_is_cut_off_gives_what_comes_before() -> None:
    found = reading(tar(a=b"one", b=b"x" * 5_000)[:4_000], "x.tar")
    assert children(found) == [(1, "a")]
    assert found.reason_code == "truncated"
    assert found.reason is not None and "damaged" in found.reason
