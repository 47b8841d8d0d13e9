"""sh:pattern for DuckDB's RE2, where it means the same as in SPARQL (SPARQL 1.1, 17.4.3.14)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import duckdb

_DIFFERENT: Final = (
    (re.compile(r"\(\?[=!<]"), "it looks ahead or behind"),
    (re.compile(r"\\[1-9]"), "it refers back to a group"),
    (re.compile(r"\\[iIcC]"), "it uses the name escapes of XML Schema"),
    (re.compile(r"\\[bB]"), "it tests for the edges of words"),
)
_CLASSES: Final = {
    "d": r"\p{Nd}",
    "w": r"\p{L}\p{N}_",
    "s": r"\t-\r\x1c-\x20\x{85}\p{Z}",
}
"""RE2's own classes are of ASCII only; SPARQL's are of Unicode."""


@lru_cache(maxsize=1024)
def why_not_sql(pattern: str, flags: str) -> str:
    """Why a pattern does not run in SQL; empty if it does."""
    for form, reason in _DIFFERENT:
        if form.search(pattern):
            return f"SQL does not know this pattern: {reason}"
    if set(flags) - set("ims"):
        return f"SQL does not know the flags {flags!r} of the pattern"
    translated = to_re2(pattern, flags)
    if translated is None:
        return "SQL does not know this pattern: a character class is made from another"
    try:
        with duckdb.connect() as connection:
            connection.execute("SELECT regexp_matches('', ?)", [translated]).fetchone()
    except duckdb.Error as error:
        return f"SQL does not read this pattern: {str(error).splitlines()[0]}"
    return ""


def to_re2(pattern: str, flags: str) -> str | None:
    """The pattern in RE2's syntax, the flags in front; None if a class cannot be written so."""
    out: list[str] = [f"(?{flags})" if flags else ""]
    in_class = False
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            escape = pattern[position + 1]
            position += 2
            if escape.lower() not in _CLASSES:
                out.append("\\" + escape)
            elif in_class:
                if escape.isupper():
                    return None
                out.append(_CLASSES[escape])
            else:
                out.append(f"[{'^' if escape.isupper() else ''}{_CLASSES[escape.lower()]}]")
            continue
        if character == "[" and in_class:
            if pattern[position - 1] == "-":
                return None
            character = "\\["
        elif character == "[":
            in_class = True
        elif character == "]" and in_class:
            in_class = False
        out.append(character)
        position += 1
    return "".join(out)
