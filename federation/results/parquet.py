"""Rows as an Apache Parquet file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from federation.results.native import native_value
from federation.results.result import BlankLabels, Result, rows_of
from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
    Term,
)

_MOST_DIGITS: Final = 38
_INT64: Final = range(-(2**63), 2**63)
_ARROW_TYPES: Final = {
    XSD_DOUBLE: pa.float64(),
    XSD_FLOAT: pa.float32(),
    XSD_BOOLEAN: pa.bool_(),
    XSD_DATE: pa.date32(),
    XSD_DATE_TIME: pa.timestamp("us"),
}

Values = list[int | float | bool | Decimal | date | datetime | None]


def write_parquet(result: Result, stream: IO[bytes]) -> None:
    """Write a SELECT answer as Parquet.

    A column whose literals share one of xsd:integer, decimal, double, float, boolean, date or
    dateTime (without time zone) gets the Parquet type of it; any other is text: IRIs whole,
    blank nodes as `_:b0`, literals by lexical form. The fields' metadata `rdf` says what the
    column holds: `iri`, `bnode`, `mixed`, `empty` or the datatype IRI (with `@language`).
    """
    columns: list[list[Term | None]] = [[] for _ in result.variables]
    for row in rows_of(result):
        for column, term in zip(columns, row, strict=True):
            column.append(term)
    blank_label = BlankLabels()
    fields: list[pa.Field] = []
    arrays: list[pa.Array] = []
    for name, column in zip(result.variables, columns, strict=True):
        content = _content(column)
        array = _native_array(column, content) or _text_array(column, blank_label)
        fields.append(pa.field(name, array.type, metadata={"rdf": content}))
        arrays.append(array)
    table = pa.Table.from_arrays(arrays, schema=pa.schema(fields))
    pq.write_table(table, stream, compression="zstd")


def _content(column: Sequence[Term | None]) -> str:
    """What the terms of a column are, in the words of the field's metadata."""
    kinds = {_kind(term) for term in column if term is not None}
    if len(kinds) > 1:
        return "mixed"
    return kinds.pop() if kinds else "empty"


def _kind(term: Term) -> str:
    match term:
        case Iri():
            return "iri"
        case BlankNode():
            return "bnode"
        case Literal(datatype=datatype, language=language):
            return f"{datatype}@{language}" if language else datatype


def _native_array(column: Sequence[Term | None], datatype: str) -> pa.Array | None:
    """The column by value, or None where its datatype has no such array or a value does not fit."""
    values: Values = []
    for term in column:
        value = native_value(term) if isinstance(term, Literal) else None
        if value is None and term is not None:
            return None
        values.append(value)
    if datatype == XSD_INTEGER:
        return _integers(values)
    if datatype == XSD_DECIMAL:
        return _decimals([value for value in values if isinstance(value, Decimal)], values)
    if datatype in _ARROW_TYPES:
        return pa.array(values, type=_ARROW_TYPES[datatype])
    return None


def _integers(values: Values) -> pa.Array | None:
    if all(value in _INT64 for value in values if isinstance(value, int)):
        return pa.array(values, type=pa.int64())
    return None


def _decimals(bound: list[Decimal], values: Values) -> pa.Array | None:
    scale = max(max(0, -_exponent(value)) for value in bound)
    whole = max(max(1, value.adjusted() + 1) for value in bound)
    if whole + scale > _MOST_DIGITS:
        return None
    return pa.array(values, type=pa.decimal128(whole + scale, scale))


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is not finite")
    return exponent


def _text_array(column: Sequence[Term | None], blank_label: BlankLabels) -> pa.Array:
    return pa.array([_text(term, blank_label) for term in column], type=pa.string())


def _text(term: Term | None, blank_label: BlankLabels) -> str | None:
    match term:
        case None:
            return None
        case Iri(value=value):
            return value
        case BlankNode(label=label):
            return f"_:{blank_label(label)}"
        case Literal(lexical=lexical):
            return lexical
