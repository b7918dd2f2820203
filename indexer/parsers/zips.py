"""ZIP packages opened with limits: members, inflated size, ratio, encryption."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from archive.errors import ReadingFailed
from indexer.parsers.limits import MIB, Limits

_RATIO_FROM = 10 * MIB  # small members may be as dense as they like
_DENSEST = 1032  # times that deflate can pack, at most
_STEP = MIB
_END = b"PK\x05\x06"
_END64 = b"PK\x06\x06"
_END64_PLACE = b"PK\x06\x07"
_ENTRY = b"PK\x01\x02"


class Package:
    """A ZIP file whose members can be read until the limits are reached.

    One of too many members is refused, or with `in_part` opened as if it ended behind those that
    are allowed; `left_out` says how many then are not seen. Opening and reading raise ReadingFailed
    with `damaged`, `too-large` or `encrypted`.
    """

    def __init__(self, data: bytes, limits: Limits, *, in_part: bool = False) -> None:
        self._limits = limits
        self._room = limits.max_inflated
        self._data = data
        data, self.left_out = _first_members(data, limits.max_members)
        if self.left_out and not in_part:
            raise _too_many(limits)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, struct.error) as error:
            raise ReadingFailed("damaged", f"The ZIP package is damaged: {error}") from error
        self.infos = {info.filename: info for info in self._zip.infolist()}

    @property
    def members(self) -> list[zipfile.ZipInfo]:
        """All members that are files, in their order, repeated names too."""
        return [info for info in self._zip.infolist() if not info.is_dir()]

    def read(self, member: str | zipfile.ZipInfo) -> bytes:
        """The bytes of one member."""
        info = self.infos.get(member) if isinstance(member, str) else member
        if info is None:
            raise ReadingFailed("damaged", f"The package lacks its part {member}.")
        if info.flag_bits & 1:
            raise ReadingFailed("encrypted", f"The member {info.filename} needs a password.")
        self._check(info)
        try:
            with self._zip.open(info) as stream:
                data = stream.read(self._room + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
            raise ReadingFailed(
                "damaged", f"The member {info.filename} is damaged: {error}"
            ) from error
        self._room -= len(data)
        if self._room < 0:
            raise too_large(self._limits)
        return data

    def check_inflated(self) -> None:
        """Raise `too-large` where the members hold more than the limits allow, each inflated.

        For libraries that open the package by themselves. What a member says of its size is not
        believed where its packed bytes could hold more than there is room for.
        """
        packed = [info for info in self.members if info.compress_type == zipfile.ZIP_DEFLATED]
        for info in packed:
            self._check(info)
        if sum(info.file_size for info in packed) > self._room:
            raise too_large(self._limits)
        if sum(info.compress_size for info in packed) * _DENSEST <= self._room:
            return
        room = self._room
        for info in packed:
            room -= self._true_size(info, room)

    def _true_size(self, info: zipfile.ZipInfo, room: int) -> int:
        """Bytes that the member inflates to, none of them kept; as far as it is not damaged."""
        name_and_extra = self._data[info.header_offset + 26 : info.header_offset + 30]
        if len(name_and_extra) < 4:
            return 0
        start = info.header_offset + 30 + sum(struct.unpack("<HH", name_and_extra))
        left: bytes | memoryview = memoryview(self._data)[start : start + info.compress_size]
        inflater, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
        try:
            while left and not inflater.eof:
                size += len(inflater.decompress(left[:_STEP], _STEP))
                left = left[min(len(left), _STEP) - len(inflater.unconsumed_tail) :]
                if size > room:
                    raise too_large(self._limits)
                self._check_ratio(info, size)
        except zlib.error:
            return size
        return size

    def _check(self, info: zipfile.ZipInfo) -> None:
        if info.file_size > self._room:
            raise too_large(self._limits)
        self._check_ratio(info, info.file_size)

    def _check_ratio(self, info: zipfile.ZipInfo, size: int) -> None:
        packed = max(info.compress_size, 1)
        if size > _RATIO_FROM and size / packed > self._limits.max_ratio:
            raise ReadingFailed(
                "too-large",
                f"The member {info.filename} inflates {size // packed} times; "
                f"the limit is {self._limits.max_ratio}.",
            )


def member_name(info: zipfile.ZipInfo) -> str:
    """The name of a member; macOS writes it in UTF-8 without saying so (APPNOTE.TXT 4.4.4, bit 11).

    What is UTF-8 by chance is no name that anybody gave.
    """
    if info.flag_bits & 0x800 or info.filename.isascii():
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _first_members(data: bytes, most: int) -> tuple[bytes, int]:
    """The file as if its directory ended behind `most` entries, and how many entries that leaves.

    Before zipfile makes an object of each: a million of them would take a gigabyte. The directory
    stands behind all members, with the record of its end behind it (APPNOTE.TXT 4.3.12, 4.3.16).
    """
    end, start, offset = _directory(data)
    count = data.count(_ENTRY, start, end)
    if count <= most:
        return data, 0
    at, seen = start, 0
    while seen < most and data.startswith(_ENTRY, at) and at + 46 <= end:
        at += 46 + sum(struct.unpack_from("<HHH", data, at + 28))  # name, extra, comment
        seen += 1
    of_all = min(seen, 0xFFFF)
    record = struct.pack("<4s4H2IH", _END, 0, 0, of_all, of_all, at - start, offset, 0)
    return data[:at] + record, count - seen


def _directory(data: bytes) -> tuple[int, int, int]:
    """Where the directory ends and begins, and where the file says that it begins."""
    end = data.rfind(_END, max(0, len(data) - 66_000))
    if end < 0 or end + 20 > len(data):
        return 0, 0, 0
    size, offset = struct.unpack_from("<II", data, end + 12)
    if data.startswith(_END64_PLACE, end - 20):  # ZIP64: 4.3.14, 4.3.15
        end = data.rfind(_END64, 0, end)
        if end >= 0 and end + 56 <= len(data):
            size, offset = struct.unpack_from("<QQ", data, end + 40)
    start = max(0, end - size)
    return end, start, min(offset, 0xFFFFFFFF)


def _too_many(limits: Limits) -> ReadingFailed:
    return ReadingFailed("too-large", f"The package has more than {limits.max_members:,} members.")


def too_large(limits: Limits) -> ReadingFailed:
    """Of members that hold more than is allowed together."""
    size = limits.max_inflated // MIB
    return ReadingFailed("too-large", f"The members hold more than {size} MiB together.")
