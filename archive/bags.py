"""Is this a valid BagIt bag? Of anybody, versions 0.93 to 1.0 (RFC 8493 and the drafts before it).

Nothing is written, fetched or unpacked. What is to be fetched and not there is missing.
"""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from archive.bag_files import UNREADABLE, BagFiles, opened
from archive.errors import DamageFound

CHUNK: Final = 1 << 20
MOST_TAG_BYTES: Final = 256 << 20  # of one manifest
VERSIONS: Final = {"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"}
INFO: Final = ("bag-info.txt", "package-info.txt")  # the second name until 0.95
SYSTEM_FILES: Final = {".DS_Store", "Thumbs.db", "desktop.ini"}

#: Names of algorithms as manifests write them: lower case, no dashes.
ALGORITHMS: Final = {
    re.sub("[-_]", "", name): name
    for name in hashlib.algorithms_guaranteed
    if not name.startswith("shake")
}

_MANIFEST: Final = re.compile(r"(tag)?manifest-([A-Za-z0-9_-]+)\.txt")
_LINE: Final = re.compile(r"([0-9A-Fa-f]+)[ \t]+(\*?)(\S.*)")
_FETCH: Final = re.compile(r"(\S+)[ \t]+(\d+|-)[ \t]+(\S.*)")
_NEW_LINE: Final = re.compile(r"\r\n|\n|\r")
_OUTSIDE: Final = re.compile(r"/|~|[A-Za-z]:|\\\\|(?:.*[/\\])?\.\.(?:[/\\]|$)")


@dataclass(frozen=True, slots=True)
class BagFinding:
    """What is wrong with a bag (`error`: it is not valid), or to be known of a valid one."""

    level: Literal["error", "warning"]
    text: str


def check_bag(path: Path) -> list[BagFinding]:
    """All that is wrong with the bag in a folder, ZIP or TAR; nothing if it is valid.

    Raises `UsageError` for what is none of these.
    """
    try:
        with opened(path) as files:
            check = _Check(files)
            check.run()
            return check.findings
    except DamageFound as error:
        return [BagFinding("error", str(error))]


@dataclass(slots=True)
class _Manifest:
    """The paths that one manifest lists, with the sum of each."""

    name: str
    algorithm: str
    is_of_tags: bool
    sums: dict[str, str] = field(default_factory=dict)


class _Check:
    """One look at one bag."""

    def __init__(self, files: BagFiles) -> None:
        self.findings: list[BagFinding] = []
        self._files = files
        self._encoding = "utf-8"
        self._is_new = True  # version 1.0, which is stricter
        self._manifests: list[_Manifest] = []
        self._spelled: dict[str, str] = {_alike(name): name for name in files.sizes}

    def run(self) -> None:
        for text in self._files.odd:
            self._error(text)
        self._declaration()
        for name in sorted(self._files.sizes):
            if match := _MANIFEST.fullmatch(name):
                self._manifest(name, match[2].lower(), is_of_tags=match[1] is not None)
        self._fetch()
        self._completeness()
        self._sums()
        self._info()

    def _error(self, text: str) -> None:
        self.findings.append(BagFinding("error", text))

    def _warn(self, text: str) -> None:
        self.findings.append(BagFinding("warning", text))

    def _declaration(self) -> None:
        """bagit.txt: two lines, in UTF-8, without a byte order mark (section 2.1.1)."""
        if "bagit.txt" not in self._files.sizes:
            self._error("There is no bagit.txt: this is no bag.")
            return
        text = self._text("bagit.txt", "utf-8") or ""
        gap = r": " if "1.0" in text.partition("\n")[0] else r"[ \t]*:[ \t]*"
        form = rf"BagIt-Version{gap}(\d+\.\d+)\n(?:Tag-File-Character-Encoding{gap}(\S+))\n?"
        match = re.fullmatch(form, _NEW_LINE.sub("\n", text))
        if match is None:
            self._error("bagit.txt does not have its two lines, BagIt-Version and encoding.")
            return
        if match[1] not in VERSIONS:
            self._error(f"bagit.txt says version {match[1]}, which is not known.")
        self._is_new = match[1] not in VERSIONS - {"1.0"}
        try:
            self._encoding = codecs.lookup(match[2]).name
            b"".decode(self._encoding)
        except LookupError:
            self._error(f"bagit.txt says the encoding {match[2]}, which is not known.")

    def _text(self, name: str, encoding: str) -> str | None:
        if self._files.sizes[name] > MOST_TAG_BYTES:
            self._error(f"{name} is too large to be looked at.")
            return None
        try:
            with self._files.open(name) as stream:
                return stream.read().decode(encoding)
        except UnicodeError:
            self._error(f"{name} is not written in {encoding}.")
        except UNREADABLE as error:
            self._error(f"{name} can't be read: {error}.")
        return None

    def _manifest(self, name: str, algorithm: str, *, is_of_tags: bool) -> None:
        known = ALGORITHMS.get(re.sub("[-_]", "", algorithm))
        if known is None:
            self._warn(f"{name} uses {algorithm}, which is not known; it is not looked at.")
            return
        manifest = _Manifest(name, known, is_of_tags)
        self._manifests.append(manifest)
        length = hashlib.new(known).digest_size * 2
        lines = _NEW_LINE.split(self._text(name, self._encoding) or "")
        stars = dots = count = 0
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            match = _LINE.fullmatch(line)
            if match is None or len(match[1]) != length:
                self._error(f"{name}, line {number}, is no sum and path.")
                continue
            count += 1
            stars += bool(match[2])
            dots += match[3].startswith("./")
            self._list(manifest, match[3], match[1].lower())
        if stars:
            self._warn(f"{name} has * before paths, as md5sum writes them.")
        # The conformance suite takes one such path among others for valid, and nothing but such
        # paths for worth a warning: the manifest of somebody's `find . | xargs sha512sum`.
        if dots and dots == count:
            self._warn(f"{name} has ./ before every path.")

    def _list(self, manifest: _Manifest, written: str, value: str) -> None:
        path = self._path(manifest.name, written)
        if path is None:
            return
        if path.startswith("data/") == manifest.is_of_tags:
            self._error(f"{manifest.name} lists {path}, which belongs into the other manifest.")
            return
        if path.rpartition("/")[2] in SYSTEM_FILES:
            self._warn(f"{manifest.name} lists {path}, a file of an operating system.")
        if path not in manifest.sums:
            manifest.sums[path] = value
        elif manifest.sums[path] != value:
            self._error(f"{manifest.name} lists {path} twice, with different sums.")
        else:
            (self._error if self._is_new else self._warn)(f"{manifest.name} lists {path} twice.")

    def _path(self, where: str, written: str) -> str | None:
        """The path as it is in the bag: decoded (section 2.1.3), never outside of it."""
        path = written.removeprefix("./")
        if _OUTSIDE.match(path):
            self._error(f"{where} names {written}, which lies outside the bag.")
            return None
        codes = r"%(0[AaDd]|25)" if self._is_new else r"%(0[AaDd])"
        decoded = re.sub(codes, lambda code: chr(int(code[1], 16)), path)
        if decoded not in self._files.sizes and path in self._files.sizes:
            self._warn(f"{where} names {path} without encoding its %.")
            return path
        return decoded

    def _fetch(self) -> None:
        """What fetch.txt lists must be listed in the manifests; it is never fetched."""
        if "fetch.txt" not in self._files.sizes:
            return
        text = self._text("fetch.txt", self._encoding) or ""
        for number, line in enumerate(_NEW_LINE.split(text), 1):
            if not line.strip():
                continue
            match = _FETCH.fullmatch(line)
            if match is None:
                self._error(f"fetch.txt, line {number}, is no address, size and path.")
                continue
            path = self._path("fetch.txt", match[3].rstrip())
            payload = [one for one in self._manifests if not one.is_of_tags]
            if path is not None and not any(path in one.sums for one in payload):
                self._error(f"fetch.txt names {path}, which no manifest lists.")

    def _completeness(self) -> None:
        """Each listed file is there, each payload file is listed (section 3)."""
        payload = [one for one in self._manifests if not one.is_of_tags]
        if not payload:
            self._error("There is no payload manifest that can be looked at.")
        names = [name for name in self._files.sizes if name.startswith("data/")]
        if not names and "data" not in self._files.folders:
            self._error("There is no folder data.")
        listed = [{self._there(path) for path in one.sums} for one in payload]
        for name in names:
            pairs = zip(payload, listed, strict=True)
            lacking = [manifest.name for manifest, there in pairs if name not in there]
            if lacking and (self._is_new or len(lacking) == len(payload)):
                self._error(f"{name} is there, and not listed in {', '.join(lacking)}.")
        for path in sorted({path for one in self._manifests for path in one.sums}):
            there = self._there(path)
            if there is None:
                self._error(f"{path} is listed, and not there.")
            elif there != path:
                self._warn(f"{path} is listed; the file is called {there}.")

    def _there(self, path: str) -> str | None:
        """The file that a path means. Copying may change the case or Unicode form of a name."""
        return path if path in self._files.sizes else self._spelled.get(_alike(path))

    def _sums(self) -> None:
        wanted: dict[str, list[tuple[_Manifest, str]]] = defaultdict(list)
        for manifest in self._manifests:
            for path, value in manifest.sums.items():
                if there := self._there(path):
                    wanted[there].append((manifest, value))
        for name in self._files.sizes:
            if name in wanted:
                self._sum(name, wanted[name])

    def _sum(self, name: str, wanted: list[tuple[_Manifest, str]]) -> None:
        digests = {one.algorithm: hashlib.new(one.algorithm) for one, _ in wanted}
        try:
            with self._files.open(name) as stream:
                while chunk := stream.read(CHUNK):
                    for digest in digests.values():
                        digest.update(chunk)
        except UNREADABLE as error:
            self._error(f"{name} can't be read: {error}.")
            return
        for manifest, value in wanted:
            if digests[manifest.algorithm].hexdigest() != value:
                self._error(f"{name} is not what {manifest.name} says.")

    def _info(self) -> None:
        """Payload-Oxum says how many bytes and files there are (section 2.2.2)."""
        name = next((name for name in INFO if name in self._files.sizes), None)
        text = self._text(name, self._encoding) if name else None
        sizes = [size for path, size in self._files.sizes.items() if path.startswith("data/")]
        real = f"{sum(sizes)}.{len(sizes)}"
        for line in _NEW_LINE.split(text or ""):
            label, colon, value = line.partition(":")
            if line.strip() and not colon and not line[0].isspace():
                self._warn(f"{name} has a line without a label: {line[:60]}")
            elif label.strip().lower() == "payload-oxum" and value.strip() != real:
                self._error(f"{name} says Payload-Oxum {value.strip()[:40]}; it is {real}.")


def _alike(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
