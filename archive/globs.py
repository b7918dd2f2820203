"""Path patterns of the configuration: `legal/**`, `products/{product}/{kind}/**`, `*.tmp`."""

from __future__ import annotations

import functools
import re
import unicodedata


@functools.lru_cache(maxsize=1024)
def compile_glob(pattern: str) -> re.Pattern[str]:
    """`*` and `?` stay within one folder, `**` crosses folders, `{name}` catches one folder.

    To be held against `comparable` paths.

    >>> compile_glob("legal/**").fullmatch("legal/2024/a.pdf") is not None
    True
    >>> compile_glob("products/{product}/**").fullmatch("products/AV-200/x.pdf")["product"]
    'AV-200'
    """
    parts = []
    pattern = comparable(pattern)
    for token in re.findall(r"\*\*/?|\*|\?|\{[a-z_]+\}|[^*?{]+|\{", pattern):
        if token.startswith("**"):
            parts.append("(?:.*/)?" if token.endswith("/") else ".*")
        elif token == "*":
            parts.append("[^/]*")
        elif token == "?":
            parts.append("[^/]")
        elif token.startswith("{") and token.endswith("}"):
            parts.append(f"(?P<{token[1:-1]}>[^/]+)")
        else:
            parts.append(re.escape(token))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)  # names hold line ends too


def comparable(path: str) -> str:
    """A path as patterns are compared with it: macOS writes accents as characters of their own.

    >>> compile_glob("l\u00f6ner/**").fullmatch(comparable("lo\u0308ner/a.pdf")) is not None
    True
    """
    return path if path.isascii() else unicodedata.normalize("NFC", path)
