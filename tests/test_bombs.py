"""Bombs at their real size, in the cage with its limits: each is refused, in time, in memory.

Time is the child's own CPU time, which the cage limits as well: the clock on the wall says more
about a busy machine than about a reader.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.reading import Reading
from indexer.cage import Cage, CageLimits, CageTask
from indexer.parsers.limits import Limits
from indexer.reading_child import reading_from_wire
from tests.bombs import Deflated, empty_members, gzipped, png, repeated, stored, zipped
from tests.small_files import W, paragraph

GB = 1_000_000_000
GIB = 1 << 30
CPU_S = 10
LIMITS = CageLimits(memory_bytes=2 * GIB, time_s=180, cpu_s=CPU_S, tasks_per_child=1)


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one file, and what it took."""

    reading: Reading
    peak_bytes: int
    cpu_s: float

    @property
    def code(self) -> str | None:
        return self.reading.reason_code


@pytest.fixture(scope="module")
def cage() -> Iterator[Cage]:
    with Cage("tests.caged:handle_reading", {"limits": {}}, 1, LIMITS) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bombs")


@pytest.fixture(scope="module")
def zeros() -> Deflated:
    return repeated(b"\0", 10 * GB)


def read(cage: Cage, path: Path, name: str, *, depth: int = 0) -> Read:
    request = {"what": "read", "name": name, "depth": depth}
    answer = cage.submit(CageTask(request, path)).result()
    found = Read(
        reading_from_wire(answer.header["reading"], answer.body),
        answer.header["peak_bytes"],
        answer.header["cpu_s"],
    )
    assert found.peak_bytes < GIB
    assert found.cpu_s < CPU_S
    return found


def test_honest_files_made_the_same_way_are_read(cage: Cage, folder: Path) -> None:
    path = zipped(folder / "honest.zip", {"a.txt": stored(b"one"), "b.txt": stored(b"two")})
    found = read(cage, path, "x.zip").reading
    assert [(child.name, child.data) for child in found.children] == [
        ("a.txt", b"one"), ("b.txt", b"two")
    ]  # fmt: skip


def test_ten_gigabytes_of_zeros_zipped(cage: Cage, folder: Path, zeros: Deflated) -> None:
    path = zipped(folder / "zeros.zip", {"zeros": zeros, "a.txt": stored(b"one")})
    found = read(cage, path, "x.zip")
    assert found.code == "truncated"
    assert [child.name for child in found.reading.children] == ["a.txt"]
    assert read(cage, zipped(folder / "alone.zip", {"zeros": zeros}), "x.zip").code == "too-large"


def test_ten_gigabytes_of_zeros_that_say_they_are_a_thousand(
    cage: Cage, folder: Path, zeros: Deflated
) -> None:
    lying = Deflated(zeros.packed, 1_000)
    with_sum = zipped(folder / "lying.zip", {"zeros": lying})
    assert read(cage, with_sum, "x.zip").code in ("damaged", "too-large")


def test_ten_gigabytes_of_zeros_in_gz(cage: Cage, folder: Path, zeros: Deflated) -> None:
    assert read(cage, gzipped(folder / "zeros.gz", zeros), "x.gz").code == "too-large"


def test_zips_within_zips_end_at_the_limit_of_nesting_or_of_size(cage: Cage, folder: Path) -> None:
    path = zipped(folder / "0.zip", {"zeros": repeated(b"\0", 4 * GB)})
    for level in range(1, 4):
        inside = stored(path.read_bytes())
        path = zipped(folder / f"{level}.zip", {f"{n}.zip": inside for n in range(16)})
    depth = 0
    while (found := read(cage, path, "x.zip", depth=depth)).reading.children:
        depth += 1
        assert len(found.reading.children) == 16
        path = folder / "inside.zip"
        path.write_bytes(found.reading.children[0].data)
    assert (depth, found.code) == (3, "too-large")
    deepest = Limits().max_depth
    again = read(cage, folder / "3.zip", "x.zip", depth=deepest)
    assert (again.code, again.reading.children) == ("too-large", ())


@pytest.mark.parametrize("says", [None, 1_000])
def test_a_docx_with_a_part_of_four_gigabytes(cage: Cage, folder: Path, says: int | None) -> None:
    body = f'<w:document xmlns:w="{W}"><w:body>{paragraph("text")}'.encode()
    huge = repeated(b"<w:p/>  ", 4 * GIB, before=body, says=says)
    path = zipped(folder / "huge.docx", {**_office("word/document.xml"), "word/document.xml": huge})
    assert read(cage, path, "x.docx").code in ("too-large", "damaged")


@pytest.mark.parametrize("says", [None, 1_000])
def test_a_workbook_with_a_part_of_four_gigabytes(
    cage: Cage, folder: Path, says: int | None
) -> None:
    huge = repeated(b"<row/>  ", 4 * GIB, before=b"<worksheet><sheetData>", says=says)
    parts = {**_office("xl/workbook.xml"), "xl/worksheets/sheet1.xml": huge}
    path = zipped(folder / "huge.xlsx", {**parts, "xl/workbook.xml": stored(b"<workbook/>")})
    assert read(cage, path, "x.xlsx").code == "too-large"


def test_a_million_empty_members(cage: Cage, folder: Path) -> None:
    path = empty_members(folder / "many.zip", 1_000_000)
    found = read(cage, path, "x.zip").reading
    assert (found.reason_code, len(found.children)) == ("truncated", 10_000)
    assert found.reason == "990,000 more members are not filed: at most 10,000 are."


def test_a_picture_of_fifty_thousand_pixels_a_side(cage: Cage, folder: Path) -> None:
    small = png(folder / "small.png", 50_000, stored(b"\0" * 100))
    assert read(cage, small, "x.png").code == "too-large"
    row = b"\0" + bytes(50_000 // 8)
    whole = png(folder / "whole.png", 50_000, repeated(row, 50_000 * len(row)))
    assert read(cage, whole, "x.png").code == "too-large"


@pytest.mark.parametrize("kids", ["2 0 R", "2 0 R 2 0 R 2 0 R", "1 0 R 3 0 R"])
def test_a_pdf_whose_page_tree_is_a_circle(cage: Cage, folder: Path, kids: str) -> None:
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count 1000000 /Kids [{kids}] /Parent 3 0 R >>",
        f"<< /Type /Pages /Count 1000000 /Kids [{kids}] /Parent 2 0 R >>",
    ]
    body, places = "%PDF-1.7\n", []
    for number, text in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 4\n0000000000 65535 f \n{table}trailer << /Size 4 /Root 1 0 R >>\n"
    path = folder / "circle.pdf"
    path.write_text(f"{body}{end}startxref\n{len(body)}\n%%EOF")
    assert read(cage, path, "x.pdf").code is not None


def test_a_billion_laughs(cage: Cage, folder: Path) -> None:
    lols = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    attack = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">{lols}]><l>&l9;</l>'
    (folder / "laughs.xml").write_text(attack)
    assert read(cage, folder / "laughs.xml", "x.xml").code == "refused"
    parts = {**_office("word/document.xml"), "word/document.xml": stored(attack.encode())}
    path = zipped(folder / "laughs.docx", parts)
    assert read(cage, path, "x.docx").code == "refused"


def _office(main: str) -> dict[str, Deflated]:
    """What makes a package an Office file whose main part is `main`."""
    kind = "wordprocessingml.document" if main.startswith("word") else "spreadsheetml.sheet"
    space = "http://schemas.openxmlformats.org/package/2006"
    whole = f"application/vnd.openxmlformats-officedocument.{kind}.main+xml"
    types = (f'<Types xmlns="{space}/content-types"><Override PartName="/{main}" '
             f'ContentType="{whole}"/></Types>')  # fmt: skip
    leads = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    rels = (f'<Relationships xmlns="{space}/relationships"><Relationship Id="r1" Type="{leads}" '
            f'Target="{main}"/></Relationships>')  # fmt: skip
    return {"[Content_Types].xml": stored(types.encode()), "_rels/.rels": stored(rels.encode())}
