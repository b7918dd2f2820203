"""Bags of anybody: the conformance suite, what can be wrong, and what wants to do harm."""

from __future__ import annotations

import hashlib
import io
import shutil
import struct
import tarfile
import zipfile
from pathlib import Path

import bagit
import pytest

from archive.bags import check_bag
from archive.errors import UsageError

#: They depend on a file system without case, on one form of Unicode, or on a file lost in git.
UNDECIDABLE = {
    "duplicate-file-with-different-case",
    "same-filename-listed-twice-with-different-normalization",
    "special-system-files",
}
VERDICTS = {"valid": "valid", "invalid": "error", "linux-only": "error", "warning": "warning"}


def verdict(path: Path) -> str:
    levels = {finding.level for finding in check_bag(path)}
    return "error" if "error" in levels else "warning" if levels else "valid"


@pytest.fixture(scope="session")
def suite(shared) -> list[Path]:
    """The bags of the conformance suite that apply on Linux and can be decided there."""
    folders = [*(shared / "suites/bagit").glob("v*/*/*")]
    return sorted(
        path
        for path in folders
        if path.is_dir() and path.parent.name in VERDICTS and path.name not in UNDECIDABLE
    )


def test_the_conformance_suite_is_judged_as_its_folders_say(suite):
    assert len(suite) == 51
    wrong = {
        str(path): verdict(path) for path in suite if verdict(path) != VERDICTS[path.parent.name]
    }
    assert wrong == {}


@pytest.mark.parametrize("pack", ["zip", "gztar"])
def test_a_bag_in_an_archive_is_judged_as_the_folder(suite, tmp_path, pack):
    for number, path in enumerate(suite):
        packed = shutil.make_archive(str(tmp_path / str(number)), pack, path.parent, path.name)
        assert verdict(Path(packed)) == VERDICTS[path.parent.name], path


@pytest.fixture
def bag(tmp_path) -> Path:
    """A small valid bag of the reference library."""
    folder = tmp_path / "bag"
    folder.mkdir()
    (folder / "order.txt").write_text("PO-2024-113")
    (folder / "100%.txt").write_text("all of it")
    (folder / "below").mkdir()
    (folder / "below/ä.txt").write_text("ä")
    bagit.make_bag(str(folder), {"Contact-Name": "Åsa"}, checksums=["sha256", "md5"])
    return folder


def zipped(folder: Path, name: str = "bag.zip") -> Path:
    return Path(shutil.make_archive(str(folder.parent / name[:-4]), "zip", folder.parent, "bag"))


def test_a_bag_of_the_reference_library_is_valid(bag):
    assert check_bag(bag) == check_bag(zipped(bag)) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("data/order.txt", "data/order.txt is not what manifest-"),
        ("bag-info.txt", "bag-info.txt is not what tagmanifest-"),
        ("manifest-md5.txt", "manifest-md5.txt"),
        ("bagit.txt", "bagit.txt"),
    ],
)
def test_one_flipped_bit_is_found_and_named(bag, name, said):
    for position in range(0, (bag / name).stat().st_size, 7):
        content = bytearray((bag / name).read_bytes())
        content[position] ^= 1
        (bag / name).write_bytes(content)
        assert any(f.level == "error" and said in f.text for f in check_bag(bag)), position
        content[position] ^= 1
        (bag / name).write_bytes(content)
    assert check_bag(bag) == []


def test_what_is_missing_or_too_much_is_named(bag):
    (bag / "data/order.txt").rename(bag / "data/new.txt")
    texts = " ".join(finding.text for finding in check_bag(bag))
    assert "data/order.txt is listed, and not there." in texts
    assert "data/new.txt is there, and not listed" in texts


def test_what_is_to_be_fetched_is_missing_and_nothing_is_fetched(bag):
    (bag / "data/order.txt").unlink()
    (bag / "fetch.txt").write_text("http://127.0.0.1:9/order.txt 11 data/order.txt\n")
    assert verdict(bag) == "error"


def test_no_link_is_followed(bag, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("PO-2024-113")
    (bag / "data/order.txt").unlink()
    (bag / "data/order.txt").symlink_to(secret)
    texts = [finding.text for finding in check_bag(bag)]
    assert "data/order.txt is a link or a device, no file." in texts


def test_nothing_is_written(bag, tmp_path):
    packed = zipped(bag)
    before = sorted(tmp_path.rglob("*"))
    check_bag(packed)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_name_in_another_form_of_unicode_is_a_warning(bag):
    (bag / "data/below/ä.txt").rename(bag / "data/below/a\u0308.txt")
    assert verdict(bag) == "warning"


def test_what_is_no_bag_at_all_is_told_apart(tmp_path):
    (tmp_path / "text.txt").write_text("no bag")
    with pytest.raises(UsageError, match="no folder, no ZIP"):
        check_bag(tmp_path / "text.txt")
    with pytest.raises(UsageError, match="There is no"):
        check_bag(tmp_path / "nothing")
    assert "There is no bagit.txt" in check_bag(tmp_path)[0].text


def test_two_files_of_one_name_in_a_zip_are_found(bag):
    packed = zipped(bag)
    with zipfile.ZipFile(packed, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("bag/data/order.txt", "PO-2024-113")
    assert "inside twice" in check_bag(packed)[0].text


def test_a_file_beside_the_folder_of_the_bag_is_found(bag):
    packed = zipped(bag)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("beside.txt", "not listed anywhere")
    assert [f.text for f in check_bag(packed)] == ["beside.txt lies outside the folder of the bag."]


def test_a_bomb_is_not_opened(tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "bag/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
        )
        archive.writestr("bag/data/zeros", bytes(1 << 20))
    packed = bytearray((tmp_path / "bomb.zip").read_bytes())
    place = packed.rfind(b"bag/data/zeros") - 46
    packed[place + 24 : place + 28] = struct.pack("<L", 0xF0000000)  # what it says to come out
    (tmp_path / "bomb.zip").write_bytes(packed)
    [finding] = check_bag(tmp_path / "bomb.zip")
    assert "would come out" in finding.text


def test_a_zip_with_a_million_names_is_not_listed(tmp_path, monkeypatch):
    monkeypatch.setattr("archive.bag_files.MOST_DIRECTORY_BYTES", 1000)
    with zipfile.ZipFile(tmp_path / "many.zip", "w") as archive:
        for number in range(50):
            archive.writestr(f"bag/data/{number}", b"")
    assert "list of files is too long" in check_bag(tmp_path / "many.zip")[0].text


@pytest.mark.parametrize("step", [1, 97])
def test_a_damaged_zip_is_an_error_and_never_a_traceback(bag, step):
    packed = zipped(bag)
    whole = packed.read_bytes()
    for position in range(step, len(whole), 97):
        packed.write_bytes(
            whole[:position] + bytes([whole[position] ^ 0xFF]) + whole[position + 1 :]
        )
        try:
            check_bag(packed)
        except UsageError as error:
            assert "no ZIP" in str(error)


def test_odd_members_of_a_tar_are_named(bag, tmp_path):
    with tarfile.open(tmp_path / "bag.tar", "w") as archive:
        archive.add(bag, "bag")
        link = tarfile.TarInfo("bag/data/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        outside = tarfile.TarInfo("../outside")
        archive.addfile(outside, io.BytesIO())
    texts = [finding.text for finding in check_bag(tmp_path / "bag.tar")]
    assert "bag/data/link is a link or a device, no file." in texts
    assert "../outside lies outside the folder of the bag." in texts


def test_every_algorithm_of_the_standard_library_is_known(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/a").write_bytes(b"a")
    (tmp_path / "bagit.txt").write_text("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    for name in ("sha1", "sha3_256", "blake2b", "sha512"):
        line = f"{hashlib.new(name, b'a').hexdigest()}  data/a\n"
        (tmp_path / f"manifest-{name.replace('_', '-')}.txt").write_text(line)
    assert check_bag(tmp_path) == []
    (tmp_path / "manifest-sha1.txt").rename(tmp_path / "manifest-crc.txt")
    assert verdict(tmp_path) == "warning"
