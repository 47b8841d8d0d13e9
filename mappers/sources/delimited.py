"""Reading delimited text (CSV, RFC 4180): cells are text, rows are as long as the header."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.csv as pc

from mappers.errors import Location, SourceFormatError
from mappers.mapping import Source
from mappers.sources.columns import unique_names
from mappers.sources.files import SourceFile, content

_ROWS_AT_ONCE = 50_000


def read_delimited(source: Source, file: SourceFile) -> pa.Table:
    """The rows of a file; SourceFormatError names a row of wrong length or that is undecodable."""
    text = decode(source, file, content(file))
    if source.quote not in text and source.header == 1 and not source.skip:
        table = _read_unquoted(source, text)
        if table is not None:
            return table
    csv.field_size_limit(sys.maxsize)  # outlines of areas are longer than the default allows
    records = _records(source, file, text)
    names: list[str] = []
    header = unique_names(next(records, [])) if source.header else None
    batches: list[pa.RecordBatch] = []
    pending: list[list[str]] = []
    for row, record in enumerate(records, start=1):
        if not names:
            names = header or [f"column{n}" for n in range(1, len(record) + 1)]
        if len(record) != len(names):
            raise _wrong_length(source, file, row, len(record), len(names))
        pending.append(record)
        if len(pending) == _ROWS_AT_ONCE:
            batches.append(_batch(names, pending))
            pending = []
    names = names or header or []
    batches.append(_batch(names, pending))
    return pa.Table.from_batches(batches)


def _read_unquoted(source: Source, text: str) -> pa.Table | None:
    """The rows of text without quotes, six times as fast; None if they are not all of one length.

    What is refused here is read again row by row, which names the row that is wrong.
    """
    lines = text.replace("\r\n", "\n").lstrip("\n")
    header, _, rows = lines.partition("\n")
    if "\r" in lines or not rows.strip("\n"):
        return None
    names = unique_names(header.split(source.delimiter))
    try:
        return pc.read_csv(
            pa.py_buffer(rows.encode()),
            pc.ReadOptions(column_names=names),
            pc.ParseOptions(delimiter=source.delimiter, quote_char=False),
            pc.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except pa.ArrowInvalid:
        return None


def decode(source: Source, file: SourceFile, data: bytes) -> str:
    """The text of a file in the source's encoding, without a byte order mark."""
    encoding = "utf-8-sig" if source.encoding.lower() in ("utf-8", "utf8") else source.encoding
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise SourceFormatError(
            f"There is no encoding {source.encoding!r}.",
            location=source.location,
            way_out="Name for example utf-8, latin-1 or cp1252.",
        ) from error
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        row = max(sum(1 for _ in csv.reader(io.StringIO(before, newline=""))) - 1, 1)
        bad = " ".join(f"0x{byte:02X}" for byte in data[error.start : error.start + 1])
        raise SourceFormatError(
            f"The byte {bad} cannot be read as {source.encoding}.",
            location=Location(file.shown, row=row),
            way_out="Give the source its encoding, for example `encoding: latin-1`.",
        ) from error


def _records(source: Source, file: SourceFile, text: str) -> Iterator[list[str]]:
    stream = io.StringIO(text, newline="")
    for _ in range(source.skip):
        stream.readline()
    reader = csv.reader(stream, delimiter=source.delimiter, quotechar=source.quote, strict=True)
    number = -max(source.header, 0)
    try:
        for record in reader:
            if not record:
                continue
            number += 1
            if number > -1:
                yield record
    except csv.Error as error:
        raise SourceFormatError(
            f"The row cannot be split into cells: {error}.",
            location=Location(file.shown, row=number + 1),
            way_out="Compare the file with the `delimiter` and `quote` of the source.",
        ) from error


def _wrong_length(
    source: Source, file: SourceFile, row: int, found: int, expected: int
) -> SourceFormatError:
    return SourceFormatError(
        f"The row has {found} fields, the header {expected}.",
        location=Location(file.shown, row=row),
        way_out=f"Repair the row, or the `delimiter` ({source.delimiter!r}) of the source.",
    )


def _batch(names: list[str], records: list[list[str]]) -> pa.RecordBatch:
    columns = zip(*records, strict=True) if records else ([] for _ in names)
    return pa.RecordBatch.from_arrays(
        [pa.array(column, type=pa.string()) for column in columns], names=names
    )
