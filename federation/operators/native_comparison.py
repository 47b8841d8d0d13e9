"""Comparisons with native columns, in forms that a file's statistics answer.

A column stands bare beside a constant wherever that is exact, so that DuckDB reads only the parts
of a file whose smallest and largest value leave the comparison open.
"""

from __future__ import annotations

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.numeric import Number, cast_to, promoted, static_number
from federation.operators.scope import Scope
from federation.relational.constants import decimal_constant, native_constant
from federation.relational.encoding import General, Native, SqlTerm
from mappers.rdf import (
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
)

SQL_SYMBOLS: Final = {"=": "=", "!=": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
"""The operator that says the same with its sides exchanged."""

_MOST_ZONE: Final = timedelta(hours=14)
"""XML Schema 1.1 Part 2, D.2.1: as far as a time without zone may be from UTC."""


def compare_numbers(symbol: str, left: SqlTerm, right: SqlTerm) -> exp.Expression | None:
    """SQL truth of a comparison of two native numbers; None if one is no native number."""
    one, other = static_number(left), static_number(right)
    if one is None or other is None:
        return None
    if _constant(left) is not None and _constant(right) is None:
        return compare_numbers(MIRRORED[symbol], right, left)
    datatype = promoted(one, other)[0]
    if datatype in (XSD_DOUBLE, XSD_FLOAT):
        a, b = _bare(left, one, datatype), _bare(right, other, datatype)
        return _floating(symbol, a, b, _constant(right), datatype)
    if datatype == XSD_INTEGER:
        return _year(symbol, left, right) or _plain(symbol, left.columns[0], right.columns[0])
    value = _constant(right)
    if value is None:
        return _plain(symbol, cast_to(one.value, datatype), cast_to(other.value, datatype))
    if one.datatype == XSD_INTEGER:
        return _whole_beside_decimal(symbol, left.columns[0], Decimal(value))
    return _plain(symbol, left.columns[0], decimal_constant(Decimal(value)))


def _constant(term: SqlTerm) -> str | None:
    """The text of a constant number."""
    (value,) = term.columns
    if isinstance(value, exp.Cast) and isinstance(value.this, exp.Literal):
        return str(value.this.this)
    return None


def _plain(symbol: str, a: exp.Expression, b: exp.Expression) -> exp.Expression:
    return sql(f":a {SQL_SYMBOLS[symbol]} :b", a=a, b=b)


def _bare(term: SqlTerm, number: Number, datatype: str) -> exp.Expression:
    """The column as it is if it has the type already."""
    return term.columns[0] if number.datatype == datatype else cast_to(number.value, datatype)


def _floating(
    symbol: str, a: exp.Expression, b: exp.Expression, constant: str | None, datatype: str
) -> exp.Expression:
    """DuckDB orders NaN above all; in SPARQL every comparison with it is false, but `!=`."""
    if constant is None or math.isnan(float(constant)):
        return not_a_number(symbol, a, b)
    if symbol in (">", ">="):
        kind = "FLOAT" if datatype == XSD_FLOAT else "DOUBLE"
        return sql(f":a {symbol} :b AND :a <= CAST('Infinity' AS {kind})", a=a, b=b)
    return _plain(symbol, a, b)


def not_a_number(symbol: str, a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """A comparison of two doubles or floats, either of which may be NaN."""
    nan = "TRUE" if symbol == "!=" else "FALSE"
    return sql(
        "CASE WHEN :a IS NULL OR :b IS NULL THEN NULL"
        f" WHEN isnan(:a) OR isnan(:b) THEN {nan} ELSE :plain END",
        a=a,
        b=b,
        plain=_plain(symbol, a, b),
    )


def _whole_beside_decimal(symbol: str, column: exp.Expression, value: Decimal) -> exp.Expression:
    """A whole number compared with a decimal constant, by the whole numbers around it."""
    below = math.floor(value)
    bound = native_constant(str(below), XSD_INTEGER) or decimal_constant(Decimal(below))
    if below == value:
        return _plain(symbol, column, bound)
    if symbol in ("=", "!="):
        truth = "FALSE" if symbol == "=" else "TRUE"
        return sql(f"CASE WHEN :a IS NOT NULL THEN {truth} END", a=column)
    return _plain(">" if symbol in (">", ">=") else "<=", column, bound)


def _year(symbol: str, left: SqlTerm, right: SqlTerm) -> exp.Expression | None:
    """YEAR of a column beside a constant, as a range of the column."""
    (value,), text = left.columns, _constant(right)
    if not isinstance(value, exp.Year) or text is None or not 1 <= int(text) <= 9998:
        return None
    first, after = (
        native_constant(f"{year:04}-01-01", XSD_DATE) for year in (int(text), int(text) + 1)
    )
    assert first is not None and after is not None
    form = {
        "=": ":v >= :first AND :v < :after",
        "!=": ":v < :first OR :v >= :after",
        "<": ":v < :first",
        "<=": ":v < :after",
        ">": ":v >= :after",
        ">=": ":v >= :first",
    }[symbol]
    return sql(form, v=value.this, first=first, after=after)


_ZONED: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?)"
    r"(Z|[+-][0-9]{2}:[0-9]{2})"
)


def compare_with_zoned(
    symbol: str, left: SqlTerm, right: SqlTerm, scope: Scope
) -> exp.Expression | None:
    """SQL truth of a native dateTime, which has no time zone, beside a constant that has one.

    It is certain only if they are more than 14 hours apart. None for any other terms.
    """
    if isinstance(left.encoding, General):
        left, right, symbol = right, left, MIRRORED[symbol]
    if left.encoding != Native(XSD_DATE_TIME) or not isinstance(right.encoding, General):
        return None
    instant = _zoned_constant(scope.lets.definition(right.columns[0]))
    if instant is None:
        return None
    low, high = (_time(instant - _MOST_ZONE), _time(instant + _MOST_ZONE))
    if low is None or high is None:
        return None
    form = {
        # false outside of the span, and unknown within
        "=": "(:v >= :low AND :v <= :high) AND CAST(NULL AS BOOLEAN)",
        "!=": "NOT (:v >= :low AND :v <= :high) OR CAST(NULL AS BOOLEAN)",
        "<": ":v <= :high AND (:v < :low OR CAST(NULL AS BOOLEAN))",
        ">": ":v >= :low AND (:v > :high OR CAST(NULL AS BOOLEAN))",
    }[symbol.rstrip("=") or "=" if symbol != "!=" else symbol]
    return sql(form, v=left.columns[0], low=low, high=high)


def _zoned_constant(value: exp.Expression) -> datetime | None:
    """The instant of a general constant that is a dateTime with a zone, without its zone."""
    if not isinstance(value, exp.Struct):
        return None
    parts = [one.expression for one in value.expressions if isinstance(one, exp.PropertyEQ)]
    if len(parts) != 4 or not all(isinstance(one, exp.Literal) for one in parts[1:]):
        return None
    found = _ZONED.fullmatch(str(parts[1].this))
    if found is None or parts[2].this != XSD_DATE_TIME:
        return None
    try:
        written = datetime.fromisoformat(found[0].replace("Z", "+00:00"))
        return written.replace(tzinfo=None) - (written.utcoffset() or timedelta())
    except (ValueError, OverflowError):
        return None


def _time(value: datetime) -> exp.Expression | None:
    text = value.isoformat(timespec="microseconds").rstrip("0").rstrip(".")
    return native_constant(text, XSD_DATE_TIME)
