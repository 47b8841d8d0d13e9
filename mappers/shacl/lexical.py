"""Native columns as canonical lexical forms (XML Schema 1.1 Part 2, appendix E), in SQL."""

from __future__ import annotations

from sqlglot import exp

from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
)
from mappers.shacl.fragments import sql

_DECIMAL = """CASE WHEN contains(CAST(:v AS VARCHAR), '.')
  THEN regexp_replace(regexp_replace(CAST(:v AS VARCHAR), '\\.?0*$', ''), '^(-?)(\\.|$)', '\\10\\2')
  ELSE CAST(:v AS VARCHAR) END"""

_DATE_TIME = "replace(CAST(:v AS VARCHAR), ' ', 'T')"

_SPECIAL = "CASE WHEN isnan(:v) THEN 'NaN' WHEN isinf(:v) THEN :infinite ELSE :finite END"
_INFINITE = "CASE WHEN signbit(:v) THEN '-INF' ELSE 'INF' END"
_ZERO = """CASE WHEN :v = 0 THEN CASE WHEN signbit(:v) THEN '-0.0E0' ELSE '0.0E0' END
  ELSE :sign || substr(:digits, 1, 1) || '.'
    || coalesce(nullif(substr(:digits, 2), ''), '0') || 'E' || CAST(:exponent AS VARCHAR) END"""
_PLAIN = "split_part(CAST(abs(:v) AS VARCHAR), 'e', 1)"
_POWER = "coalesce(TRY_CAST(split_part(CAST(abs(:v) AS VARCHAR), 'e', 2) AS INTEGER), 0)"
_DIGITS = "trim(replace(:plain, '.', ''), '0')"
_FIRST = """CASE WHEN split_part(:plain, '.', 1) <> '0'
  THEN length(split_part(:plain, '.', 1)) - 1
  ELSE length(ltrim(split_part(:plain, '.', 2), '0')) - length(split_part(:plain, '.', 2)) - 1
  END"""


def lexical_form(column: exp.Expression, datatype: str) -> exp.Expression:
    """The canonical lexical form, as VARCHAR, of a native column; other columns are their own."""
    if datatype in (XSD_INTEGER, XSD_BOOLEAN, XSD_DATE):
        return exp.cast(column.copy(), "VARCHAR")
    if datatype == XSD_DECIMAL:
        return sql(_DECIMAL, v=column)
    if datatype == XSD_DATE_TIME:
        return sql(_DATE_TIME, v=column)
    if datatype in (XSD_DOUBLE, XSD_FLOAT):
        return _double(column)
    return column.copy()


def _double(column: exp.Expression) -> exp.Expression:
    plain = sql(_PLAIN, v=column)
    digits = sql(_DIGITS, plain=plain)
    exponent = sql(":first + :power", first=sql(_FIRST, plain=plain), power=sql(_POWER, v=column))
    finite = sql(
        _ZERO,
        v=column,
        sign=sql("CASE WHEN signbit(:v) THEN '-' ELSE '' END", v=column),
        digits=digits,
        exponent=exponent,
    )
    return sql(_SPECIAL, v=column, infinite=sql(_INFINITE, v=column), finite=finite)
