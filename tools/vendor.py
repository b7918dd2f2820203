"""Copy the named files of npm packages into web/static/vendor, with their licences and hashes.

For the maintainer's machine only: needs `npm`. The product and its tests need neither.

    python tools/vendor.py
"""

from __future__ import annotations

import hashlib
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "web" / "static" / "vendor"


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned npm package: `files` maps a path in it to the name in our folder."""

    name: str
    version: str
    licence: str  # SPDX
    files: tuple[tuple[str, str], ...]


PACKAGES = (
    Package(
        "htmx.org",
        "2.0.11",
        "0BSD",
        (("dist/htmx.min.js", "htmx.min.js"), ("LICENSE", "htmx.LICENSE.txt")),
    ),
    Package(
        "@picocss/pico",
        "2.1.1",
        "MIT",
        (("css/pico.min.css", "pico.min.css"), ("LICENSE.md", "pico.LICENSE.txt")),
    ),
)


def fetch(package: Package, folder: Path) -> str:
    """Copy the package's files into VENDOR; answer its lines for VENDOR.toml."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()[-1]
    lines = [
        "",
        "[[package]]",
        f'name = "{package.name}"',
        f'version = "{package.version}"',
        f'licence = "{package.licence}"',
        "",
        "[package.sha256]",
    ]
    with tarfile.open(folder / packed) as archive:
        for inside, ours in package.files:
            member = archive.extractfile(f"package/{inside}")
            assert member is not None, f"{package.name} has no file {inside}"
            content = member.read()
            (VENDOR / ours).write_bytes(content)
            lines.append(f'"{ours}" = "{hashlib.sha256(content).hexdigest()}"')
    return "\n".join(lines) + "\n"


def main() -> None:
    VENDOR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        listed = "".join(fetch(package, Path(name)) for package in PACKAGES)
    head = "# Made by tools/vendor.py: what was copied from where. Do not edit the files.\n"
    (VENDOR / "VENDOR.toml").write_text(head + listed, encoding="utf-8")


if __name__ == "__main__":
    main()
