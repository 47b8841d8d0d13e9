"""Casting lexical forms to native values: what is refused, and what needs a general column."""

from __future__ import annotations

from dataclasses import dataclass

from mappers.publish.sql import LEXICAL, NATIVE_DAY, NATIVE_MOMENT, matches, text
from mappers.published import NATIVE_TYPES
from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
)


@dataclass(frozen=True, slots=True)
class Cast:
    """How a text becomes a native value, as SQL.

    `bad` holds for a text that has no such value, `too_large` for one that no column holds;
    `is_native`, where given, for one that the native type holds without loss. `digits` counts those
    before and after the point of a decimal.
    """

    value: str
    bad: str
    is_native: str | None = None
    digits: tuple[str, str] | None = None
    way_out: str | None = None
    too_large: str | None = None


def cast_of(cell: str, datatype: str, raw_type: str) -> Cast | None:
    """The cast of a text to a datatype; None for one that is kept as text.

    `raw_type` is the SQL type that the text was made from: a DOUBLE writes the integer 5 as `5.0`.
    """
    if datatype not in NATIVE_TYPES:
        return None
    if raw_type in ("DOUBLE", "FLOAT") and datatype == XSD_INTEGER:
        cell = f"regexp_replace({cell}, {text('[.]0$')}, '')"
    if raw_type in ("DOUBLE", "FLOAT") and datatype == XSD_DECIMAL:
        plain = f"CAST(TRY_CAST({cell} AS DECIMAL(38, 18)) AS VARCHAR)"
        cell = f"CASE WHEN contains({cell}, 'e') THEN {plain} ELSE {cell} END"
    malformed = f"NOT {matches(cell, LEXICAL[datatype])}"
    match datatype:
        case _ if datatype == XSD_DECIMAL:
            return _decimal(cell, malformed)
        case _ if datatype == XSD_BOOLEAN:
            return Cast(f"CASE WHEN {cell} IS NOT NULL THEN {cell} IN ('true', '1') END", malformed)
        case _ if datatype == XSD_DATE:
            return _temporal(cell, malformed, NATIVE_DAY, "DATE")
        case _ if datatype == XSD_DATE_TIME:
            return _temporal(cell, malformed, NATIVE_MOMENT, "TIMESTAMP")
        case _ if datatype in (XSD_DOUBLE, XSD_FLOAT):
            value = f"TRY_CAST({cell} AS {NATIVE_TYPES[datatype]})"
            return Cast(value, malformed, way_out=_DECIMAL_SIGN)
        case _:
            value = f"TRY_CAST({cell} AS BIGINT)"
            return Cast(value, malformed, too_large=f"{value} IS NULL")


_DECIMAL_SIGN = 'Where its numbers have a comma, the source needs `decimal: ","`.'


def _decimal(cell: str, malformed: str) -> Cast:
    unsigned = f"ltrim({cell}, '+-')"
    whole = f"length(ltrim(split_part({unsigned}, '.', 1), '0'))"
    fraction = f"length(rtrim(split_part({unsigned}, '.', 2), '0'))"
    return Cast(cell, malformed, digits=(whole, fraction), way_out=_DECIMAL_SIGN)


def _temporal(cell: str, malformed: str, native: str, sql_type: str) -> Cast:
    value = f"TRY_CAST({cell} AS {sql_type})"
    is_native = matches(cell, native)
    return Cast(
        value,
        f"({malformed} OR ({is_native} AND {value} IS NULL))",
        is_native=is_native,
        way_out="State the form of the column in the source's `dates`, or repair the cell.",
    )
