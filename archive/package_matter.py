"""What lies in a package of a matter beside what a trail's package has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from archive import certification, load_files
from archive.chronology import chronology_csv
from archive.package_files import Packed, csv_file, heading

#: Makes the stamped copy of what is packed, as PDF. It opens strangers' files, so not here.
Stamping = Callable[[Packed], bytes]


def with_copy(packed: Packed) -> Packed:
    """The same with a place for its stamped copy."""
    return replace(packed, stamped=f"data/stamped/{packed.entry['first_number']}.pdf")


def files(
    trail: dict[str, Any], packed: Sequence[Packed], at: datetime, volume: str, fingerprint: str
) -> Iterator[tuple[str, bytes]]:
    """Name in the package and bytes of each file; none for what is no matter's trail.

    `fingerprint` is that of the key which signs the package, `volume` what load files call it.
    """
    if "matter" not in trail:
        return
    from archive.chronology_pdf import chronology_pdf  # Typst: not for packages of trails

    certified = certification.draft(
        heading(trail), len(packed), len(trail["withheld"]), fingerprint, at
    )
    yield "data/certification-draft.txt", certified
    yield "data/withheld.csv", withheld_csv(trail)
    chosen = json.dumps(trail["chosen"], ensure_ascii=False, indent=1)
    yield "data/chosen.json", chosen.encode() + b"\n"
    lines = trail["chronology"]
    yield "data/chronology.csv", chronology_csv(lines)
    told = json.dumps([line.told() for line in lines], ensure_ascii=False, indent=1)
    yield "data/chronology.json", told.encode() + b"\n"
    yield "data/chronology.pdf", chronology_pdf(heading(trail), lines, at)
    yield "data/load.dat", load_files.concordance(packed)
    yield "data/load.opt", load_files.opticon(packed, volume)


def withheld_csv(trail: dict[str, Any]) -> bytes:
    """What is withheld as privileged: what it is, when, why; nothing of what it says."""
    fields = ("first_number", "last_number", "pages", "document", "kind", "date", "ground")
    return csv_file(fields, [[*map(one.get, fields)] for one in trail["withheld"]])
