"""Functions on numbers (SPARQL 1.1 section 17.4.4)."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from federation.operators.arithmetic import by_rank
from federation.operators.fragments import sql
from federation.operators.numeric import (
    cast_to,
    general_decimal,
    general_double,
    general_integer,
    rank,
    static_number,
)
from federation.operators.scope import Function, Scope, native
from federation.relational.encoding import General, Native, SqlTerm
from mappers.rdf import XSD_DECIMAL, XSD_DOUBLE, XSD_FLOAT, XSD_INTEGER

_FRAGMENTS: Final = {
    "ABS": ("TRY(abs(:v))", "TRY(abs(:v))"),
    "CEIL": (":v", "ceil(:v)"),
    "FLOOR": (":v", "floor(:v)"),
    "ROUND": (":v", "floor(:v + 0.5)"),
}
"""For integers, and for decimals and doubles. ROUND goes to the larger of two as near (fn:round).
"""


def _function(name: str) -> Function:
    whole, broken = _FRAGMENTS[name]

    def value_of(datatype: str, value: exp.Expression) -> exp.Expression:
        fragment = whole if datatype == XSD_INTEGER else broken
        if datatype == XSD_DECIMAL and name == "ROUND":
            return cast_to(sql("floor(:v + 0.5::DECIMAL(2, 1))", v=value), datatype)
        if name == "ROUND" and datatype in (XSD_DOUBLE, XSD_FLOAT):
            # Above 2^52 every double is whole, and adding a half would change it.
            safe = (
                "CASE WHEN :v >= -0.5 AND :v <= 0 AND signbit(:v) THEN -CAST(0 AS DOUBLE)"
                " WHEN abs(:v) < 4503599627370496 THEN floor(:v + 0.5) ELSE :v END"
            )
            return cast_to(sql(safe, v=value), datatype)
        return cast_to(sql(fragment, v=value), datatype)

    def apply(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        (term,) = arguments
        number = static_number(term)
        if number is not None:
            return native(number.datatype, value_of(number.datatype, number.value))
        if not isinstance(term.encoding, General | Native):
            return native(XSD_INTEGER, sql("CAST(NULL AS HUGEINT)"))
        double = scope.keep(general_double(term))
        values = (
            (XSD_INTEGER, general_integer(term)),
            (XSD_DECIMAL, general_decimal(term)),
            (XSD_FLOAT, sql("TRY_CAST(:v AS FLOAT)", v=double)),
            (XSD_DOUBLE, double),
        )
        # each is written out several times in its lexical form
        branches = tuple(
            native(datatype, scope.keep(value_of(datatype, scope.keep(value))))
            for datatype, value in values
        )
        return by_rank(scope.keep(rank(term)), branches)

    return apply


def _rand(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    return native(XSD_DOUBLE, sql("random()"), nullable=False)


FUNCTIONS: Final = {**{name: _function(name) for name in _FRAGMENTS}, "RAND": _rand}
