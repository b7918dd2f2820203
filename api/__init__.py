"""The ways in: HTTP, command line, pages."""

from typing import Final

VERSION: Final = "0.1.0"  # of pyproject.toml
