"""Pieces of SQL for publishing: quoting, IRI-safe text, and the lexical forms of datatypes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from mappers.rdf import (
    XSD,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
)

_ZONE: Final = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_DAY: Final = r"-?([1-9][0-9]{3,}|0[0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME: Final = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_YEAR: Final = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_NUMBER: Final = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
_DOUBLE: Final = rf"({_NUMBER}([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"

LEXICAL: Final[Mapping[str, str]] = MappingProxyType(
    {
        XSD_INTEGER: r"[+-]?[0-9]+",
        XSD + "nonNegativeInteger": r"\+?[0-9]+|-0+",
        XSD + "positiveInteger": r"\+?0*[1-9][0-9]*",
        XSD + "int": r"[+-]?[0-9]+",
        XSD + "long": r"[+-]?[0-9]+",
        XSD_DECIMAL: _NUMBER,
        XSD_DOUBLE: _DOUBLE,
        XSD_FLOAT: _DOUBLE,
        XSD_BOOLEAN: "true|false|0|1",
        XSD_DATE: f"{_DAY}{_ZONE}?",
        XSD_DATE_TIME: f"{_DAY}T{_TIME}{_ZONE}?",
        XSD + "time": f"{_TIME}{_ZONE}?",
        XSD + "gYear": f"{_YEAR}{_ZONE}?",
        XSD + "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}?",
    }
)
"""The lexical space of datatypes as regular expressions (XML Schema 1.1 Part 2, section 3)."""

NATIVE_DAY: Final = r"(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})-[0-9]{2}-[0-9]{2}"
NATIVE_MOMENT: Final = NATIVE_DAY + r"T([01][0-9]|2[0-3]):[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
"""The dates and dateTimes that DATE and TIMESTAMP hold without loss: no zone, year 1 to 9999."""

_SAFE: Final = (
    r"[A-Za-z0-9._~\-\x{A0}-\x{D7FF}\x{F900}-\x{FDCF}\x{FDF0}-\x{FFEF}"
    + "".join(rf"\x{{{plane:X}0000}}-\x{{{plane:X}FFFD}}" for plane in range(1, 14))
    + r"\x{E1000}-\x{EFFFD}]"
)
"""RFC 3987 `iunreserved`, the characters that an IRI-safe value keeps (RML Core, 4.1.2)."""

ABSOLUTE_IRI: Final = r"""[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>"{}|\\^`]*"""
"""Absolute IRIs as far as N-Triples demands (RDF 1.1 N-Triples, section 7: IRIREF)."""


def name(identifier: str) -> str:
    """A quoted identifier."""
    return '"' + identifier.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def select(
    columns: Sequence[str], relation: str, *, where: str | None = None, limit: int | None = None
) -> str:
    """A SELECT over a relation; columns and condition are SQL, the relation is a name."""
    query = f"SELECT {', '.join(columns)} FROM {name(relation)}"  # noqa: S608 - pieces are quoted
    if where is not None:
        query += f" WHERE {where}"
    return query if limit is None else f"{query} LIMIT {limit}"


def matches(expression: str, pattern: str) -> str:
    """Whether a text has the form of a regular expression as a whole."""
    return f"regexp_full_match({expression}, {text(f'(?s:{pattern})')})"


def is_iri_safe(expression: str) -> str:
    """Whether a text needs no percent-encoding in a template."""
    return matches(expression, f"{_SAFE}*")


def iri_safe(expression: str) -> str:
    """A text percent-encoded for a template: whatever is not `iunreserved` is %XX of its UTF-8."""
    encoded = (
        f"array_to_string(list_transform(string_split({expression}, ''), lambda sign: CASE WHEN"
        f" {is_iri_safe('sign')} THEN sign ELSE url_encode(sign) END), '')"
    )
    return f"CASE WHEN {is_iri_safe(expression)} THEN {expression} ELSE {encoded} END"


def lexical(column: str, sql_type: str) -> str:
    """A column of any type as the lexical form of its natural datatype; VARCHAR as it stands."""
    quoted = name(column)
    match sql_type:
        case "VARCHAR":
            return quoted
        case "TIMESTAMP" | "TIMESTAMP_S" | "TIMESTAMP_MS" | "TIMESTAMP_NS":
            return f"replace(CAST({quoted} AS VARCHAR), ' ', 'T')"
        case "TIMESTAMP WITH TIME ZONE":
            # the connection's time zone is UTC
            return f"replace(CAST({quoted} AT TIME ZONE 'UTC' AS VARCHAR), ' ', 'T') || 'Z'"
        case "DOUBLE" | "FLOAT":
            shown = f"CAST({quoted} AS VARCHAR)"
            return (
                f"CASE WHEN isinf({quoted}) THEN upper({shown}) WHEN isnan({quoted}) THEN 'NaN'"
                f" ELSE {shown} END"
            )
        case _ if sql_type.startswith(("STRUCT", "MAP")) or sql_type.endswith("]"):
            return f"CAST(to_json({quoted}) AS VARCHAR)"
        case _:
            return f"CAST({quoted} AS VARCHAR)"
