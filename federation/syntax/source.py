"""The text of a query: its code point escapes resolved, its offsets told as line and column."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import Final

from mappers.errors import Location, QuerySyntaxError

FILE: Final = "query"
"""What a location calls the text of a query."""

# A pair of backslashes is one escaped backslash, so that "\\u0041" stays what its writer meant.
_ESCAPE: Final = re.compile(r"\\\\|\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Source:
    """A text to parse; `shifts` maps its offsets to those of `original`, as written."""

    text: str
    original: str
    shifts: tuple[tuple[int, int], ...] = ()

    def location(self, offset: int) -> Location:
        """The 1-based line and column of an offset into `text`."""
        if self.shifts:
            index = bisect_right(self.shifts, (offset, len(self.original))) - 1
            if index >= 0:
                start, shift = self.shifts[index]
                offset = start + shift if offset < start else offset + shift
        line = self.original.count("\n", 0, offset) + 1
        column = offset - (self.original.rfind("\n", 0, offset) + 1) + 1
        return Location(FILE, line=line, column=column)


def read_source(text: str) -> Source:
    r"""The text with \uXXXX and \UXXXXXXXX replaced, once (SPARQL 1.1, section 19.2).

    Raises QuerySyntaxError for an escape that is no character, or a lone surrogate in the text.
    """
    lone = _SURROGATE.search(text)
    if lone:
        raise QuerySyntaxError(
            "The text holds half of a surrogate pair, which is no character.",
            location=Source(text, text).location(lone.start()),
        )
    if "\\u" not in text and "\\U" not in text:
        return Source(text, text)
    parts: list[str] = []
    shifts: list[tuple[int, int]] = []
    length = end = 0
    for match in _ESCAPE.finditer(text):
        digits = match.group(1) or match.group(2)
        if digits is None:
            continue
        code = int(digits, 16)
        if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            raise QuerySyntaxError(
                f"The escape {match.group()} is no character.",
                location=Source(text, text).location(match.start()),
            )
        parts += (text[end : match.start()], chr(code))
        length += match.start() - end + 1
        end = match.end()
        shifts.append((length, end - length))
    parts.append(text[end:])
    return Source("".join(parts), text, tuple(shifts))
