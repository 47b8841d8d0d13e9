"""Writing an Excel file of the time before 2007: BIFF8 records in a compound file, cells only.

Formats: [MS-XLS] for the records, [MS-CFB] for the compound file around them. There is one font
and one cell format; what a reader of cells does not need is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from struct import pack
from typing import Final

Value = str | float
Table = Sequence[Sequence[Value]]

_SECTOR: Final = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST: Final = 4096
"""A shorter stream would have to lie in the mini stream."""


def write_workbook(file: Path, sheets: Mapping[str, Table]) -> None:
    """Write a workbook of sheets by name; an empty text is no cell. Its folder is made."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(_compound(_stream(sheets)))


def _record(kind: int, body: bytes = b"") -> bytes:
    return pack("<HH", kind, len(body)) + body


def _text(text: str, length: str) -> bytes:
    """A string with its number of characters, not compressed."""
    return pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _begin(kind: int) -> bytes:
    return _record(0x0809, pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _stream(sheets: Mapping[str, Table]) -> bytes:
    """The globals, and after them each sheet, of which the globals give the place."""
    parts = [_sheet(table) for table in sheets.values()]
    head = _begin(0x0005) + _record(0x0042, pack("<H", 1200))
    head += _record(
        0x0031, pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _text("A", "B")
    )
    head += _record(0x00E0, pack("<HHHBBBBIIH", 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0x20C0))
    end = _record(0x000A)
    listed = [_listing(name, 0) for name in sheets]
    place = len(head) + sum(map(len, listed)) + len(end)
    for at, (name, part) in enumerate(zip(sheets, parts, strict=True)):
        listed[at] = _listing(name, place)
        place += len(part)
    return b"".join((head, *listed, end, *parts))


def _listing(name: str, place: int) -> bytes:
    return _record(0x0085, pack("<IBB", place, 0, 0) + _text(name, "B"))


def _sheet(table: Table) -> bytes:
    width = max((len(row) for row in table), default=0)
    cells = [
        _cell(row, column, value)
        for row, values in enumerate(table)
        for column, value in enumerate(values)
        if value != ""
    ]
    size = _record(0x0200, pack("<IIHHH", 0, len(table), 0, width, 0))
    return b"".join((_begin(0x0010), size, *cells, _record(0x000A)))


def _cell(row: int, column: int, value: Value) -> bytes:
    where = pack("<HHH", row, column, 0)
    if isinstance(value, str):
        return _record(0x0204, where + _text(value, "<H"))
    return _record(0x0203, where + pack("<d", value))


def _compound(stream: bytes) -> bytes:
    """A compound file with one stream: header, allocation table, directory, the stream."""
    stream = stream.ljust(_SMALLEST, b"\0")
    sectors = -(-len(stream) // _SECTOR)
    tables = 1
    while tables * _SECTOR // 4 < tables + 1 + sectors:
        tables += 1
    first = tables + 1
    allocation = [_FAT] * tables + [_END]
    allocation += [*range(first + 1, first + sectors), _END]
    allocation += [_FREE] * (tables * _SECTOR // 4 - len(allocation))
    directory = _entry("Root Entry", 5, child=1, start=_END, size=0)
    directory += _entry("Workbook", 2, child=_FREE, start=first, size=len(stream))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += pack("<HHHHH6x", 0x003E, 3, 0xFFFE, 9, 6)
    header += pack("<9I", 0, tables, tables, 0, _SMALLEST, _END, 0, _END, 0)
    header += pack("<109I", *range(tables), *[_FREE] * (109 - tables))
    return b"".join(
        (
            header,
            pack(f"<{len(allocation)}I", *allocation),
            directory.ljust(_SECTOR, b"\0"),
            stream.ljust(sectors * _SECTOR, b"\0"),
        )
    )


def _entry(name: str, kind: int, *, child: int, start: int, size: int) -> bytes:
    title = (name + "\0").encode("utf-16-le")
    return b"".join(
        (
            title.ljust(64, b"\0"),
            pack("<HBBIII", len(title), kind, 1, _FREE, _FREE, child),
            bytes(36),
            pack("<IQ", start, size),
        )
    )
