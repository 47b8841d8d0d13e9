"""Comparison of values with a bound, as SPARQL's `<` and `<=` do (SHACL, section 4.3).

A value that cannot be compared with the bound breaks the constraint. Tests are never NULL.
"""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from mappers.published import ColumnTerm, ConstantTerm, GeneralTerm, TemplateTerm, TermMap
from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    XSD_STRING,
    Literal,
)
from mappers.shacl.datatypes import DERIVED_INTEGERS, well_typed
from mappers.shacl.fragments import column, sql, text
from mappers.shacl.terms import constant_struct, field

_OPERATORS: Final = {
    "minInclusive": ":value >= :bound",
    "minExclusive": ":value > :bound",
    "maxInclusive": ":value <= :bound",
    "maxExclusive": ":value < :bound",
}
_NUMERIC: Final = (XSD_INTEGER, XSD_DECIMAL, XSD_DOUBLE, XSD_FLOAT, *sorted(DERIVED_INTEGERS))
_EXACT: Final = re.compile(r"\s*[+-]?(?=[0-9.])[0-9]{0,18}(\.[0-9]{0,15})?\s*")
_NUMBER: Final = re.compile(r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")
_ZONE: Final = re.compile(r"(Z|[+-][0-9]{2}:[0-9]{2})$")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_HAS_ZONE: Final = "regexp_matches(:lex, '(Z|[+-][0-9]{2}:[0-9]{2})$')"


def why_not_comparable(bound: Literal) -> str:
    """Why values are not compared with this bound in SQL; empty if they are."""
    if bound.datatype in _NUMERIC and _NUMBER.fullmatch(bound.lexical):
        return ""
    if bound.datatype == XSD_DATE and _DATE.fullmatch(bound.lexical):
        return ""
    if bound.datatype == XSD_DATE_TIME and _DATE_TIME.fullmatch(bound.lexical):
        return ""
    if bound.datatype in (XSD_STRING, XSD_BOOLEAN):
        return ""
    return f"values are not compared with {bound} in SQL"


def in_range(parameter: str, bound: Literal, term: TermMap, table: str) -> exp.Expression:
    """Whether the value of a term map is on the right side of a bound."""
    match term:
        case ColumnTerm(column=name, datatype=datatype):
            if _family(datatype) != _family(bound.datatype):
                return exp.false()
            if datatype not in (*_NATIVE, XSD_STRING):
                lexical = constant_general(column(name, table), datatype)
                return _general(parameter, bound, lexical)
            if datatype == XSD_DATE_TIME and _ZONE.search(bound.lexical):
                return exp.false()
            return sql(_OPERATORS[parameter], value=column(name, table), bound=_constant(bound))
        case GeneralTerm(column=name):
            return _general(parameter, bound, column(name, table))
        case ConstantTerm(term=Literal() as literal):
            return _general(parameter, bound, constant_struct(literal))
        case ConstantTerm() | TemplateTerm():
            return exp.false()


_NATIVE: Final = (
    XSD_INTEGER,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DATE_TIME,
)


def constant_general(lexical: exp.Expression, datatype: str) -> exp.Expression:
    """A literal of a constant datatype as a general struct."""
    return sql(
        "{'k': CAST(2 AS UTINYINT), 'lex': :lex, 'dt': :dt, 'lang': ''}",
        lex=lexical,
        dt=text(datatype),
    )


def _family(datatype: str) -> str:
    return XSD_DECIMAL if datatype in _NUMERIC else datatype


def _constant(bound: Literal) -> exp.Expression:
    """The bound as a SQL constant, exact where it has at most 18 digits before the point."""
    if _family(bound.datatype) == XSD_DECIMAL:
        exact = _EXACT.fullmatch(bound.lexical)
        whole, _, fraction = bound.lexical.strip().lstrip("+-").partition(".")
        kind = f"DECIMAL({max(1, len(whole) + len(fraction))}, {len(fraction)})"
        return exp.cast(text(bound.lexical.strip()), kind if exact else "DOUBLE", dialect="duckdb")
    if bound.datatype == XSD_BOOLEAN:
        return exp.Boolean(this=bound.lexical in ("true", "1"))
    if bound.datatype == XSD_DATE:
        return exp.cast(text(bound.lexical), "DATE")
    if bound.datatype == XSD_DATE_TIME:
        zoned = _ZONE.search(bound.lexical)
        return exp.cast(text(bound.lexical), "TIMESTAMPTZ" if zoned else "TIMESTAMP")
    return text(bound.lexical)


def _general(parameter: str, bound: Literal, term: exp.Expression) -> exp.Expression:
    """The comparison for a general struct."""
    family = _family(bound.datatype)
    datatypes = _NUMERIC if family == XSD_DECIMAL else (family,)
    same = exp.In(this=field(term, "dt"), expressions=[text(name) for name in datatypes])
    lexical = field(term, "lex")
    if family == XSD_DECIMAL:
        compared = sql(
            "coalesce(:exactly, :roughly)",
            exactly=_compare(parameter, _exact_value(lexical), bound),
            roughly=_compare(parameter, sql("TRY_CAST(:lex AS DOUBLE)", lex=lexical), bound),
        )
    elif family in (XSD_DATE_TIME, XSD_DATE):
        zoned = _ZONE.search(bound.lexical) is not None
        kind = "DATE" if family == XSD_DATE else "TIMESTAMPTZ" if zoned else "TIMESTAMP"
        value = sql(f"TRY_CAST(:lex AS {kind})", lex=lexical)
        has_zone = sql(_HAS_ZONE, lex=lexical)
        right = has_zone if zoned else sql("NOT :zone", zone=has_zone)
        compared = sql(
            ":right AND :compared", right=right, compared=_compare(parameter, value, bound)
        )
    elif family == XSD_BOOLEAN:
        compared = _compare(parameter, sql("TRY_CAST(:lex AS BOOLEAN)", lex=lexical), bound)
    else:
        compared = _compare(parameter, lexical, bound)
    return sql(
        "coalesce(:same AND :typed AND :compared, FALSE)",
        same=same,
        typed=well_typed(term, datatypes),
        compared=compared,
    )


def _exact_value(lexical: exp.Expression) -> exp.Expression:
    """The value of a short decimal or integer; NULL for longer ones, and for doubles."""
    return sql(
        "CASE WHEN regexp_full_match(:lex, '\\s*[+-]?[0-9]{0,19}(\\.[0-9]{0,18})?\\s*')"
        " THEN TRY_CAST(:lex AS DECIMAL(38, 18)) END",
        lex=lexical,
    )


def _compare(parameter: str, value: exp.Expression, bound: Literal) -> exp.Expression:
    return sql(_OPERATORS[parameter], value=value, bound=_constant(bound))
