"""Arithmetic: + - * / and unary signs (SPARQL 1.1 section 17.3, XPath and XQuery Functions 4.2).

Integers are HUGEINT; an overflow is an error. Decimals have 18 fractional digits; a product or
quotient is exact to the last of them and cut off there, as in Oxigraph: DuckDB's own would be a
DOUBLE.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.numeric import (
    DERIVED_INTEGERS,
    general_decimal,
    general_double,
    general_integer,
    promoted,
    rank,
    static_number,
)
from federation.operators.scope import Function, Scope, native
from federation.relational.convert import to_general
from federation.relational.encoding import General, Native, SqlTerm
from mappers.rdf import XSD_DECIMAL, XSD_DOUBLE, XSD_FLOAT, XSD_INTEGER

Keep = Callable[[exp.Expression], exp.Expression]
"""Makes a large intermediate value a column, computed once: `Lets.keep`."""

_UNIT: Final = "1000000000000000000"
_HALF: Final = "1000000000"


def unscaled(value: exp.Expression) -> exp.Expression:
    """A DECIMAL(38,18) as a HUGEINT count of 10^-18."""
    return sql(
        f"CAST(trunc(:v) AS HUGEINT) * {_UNIT}::HUGEINT"
        f" + CAST(CAST(:v - trunc(:v) AS DECIMAL(19, 18)) * {_UNIT}::DECIMAL(19, 0) AS HUGEINT)",
        v=value,
    )


def scaled(value: exp.Expression) -> exp.Expression:
    """A HUGEINT count of 10^-18 as a DECIMAL(38,18)."""
    return sql(
        f"TRY_CAST(:v // {_UNIT}::HUGEINT AS DECIMAL(38, 18))"
        f" + CAST(:v % {_UNIT}::HUGEINT AS DECIMAL(18, 0)) * 0.000000000000000001::DECIMAL(18, 18)",
        v=value,
    )


def multiply_decimals(a: exp.Expression, b: exp.Expression, keep: Keep) -> exp.Expression:
    """The product of two DECIMAL(38,18), cut off after 18 digits; NULL on overflow.

    Schoolbook multiplication of counts of 10^-18, in halves of nine digits.
    """
    one, other = keep(unscaled(a)), keep(unscaled(b))
    high, low = f"abs(:v) // {_HALF}::HUGEINT", f"abs(:v) % {_HALF}::HUGEINT"
    product = sql(
        "TRY(:a1 * :b1 + (:a1 * :b0 + :a0 * :b1 + :a0 * :b0 // :h) // :h)",
        a1=keep(sql(high, v=one)),
        a0=keep(sql(low, v=one)),
        b1=keep(sql(high, v=other)),
        b0=keep(sql(low, v=other)),
        h=sql(f"{_HALF}::HUGEINT"),
    )
    signed = sql(
        "CASE WHEN (:a < 0) <> (:b < 0) THEN -:p ELSE :p END", a=one, b=other, p=keep(product)
    )
    return sql("TRY(:v)", v=scaled(keep(signed)))


def divide_scaled(a: exp.Expression, b: exp.Expression, keep: Keep) -> exp.Expression:
    """The quotient of two HUGEINT as a DECIMAL(38,18), cut off after 18 digits.

    Long division in two steps of nine digits; NULL for a divisor of zero or above 1.7e29.
    """
    one, other = keep(a), keep(b)
    upper, lower = keep(sql("abs(:v)", v=one)), keep(sql("nullif(abs(:v), 0)", v=other))
    rest = keep(sql(f"TRY(:u % :l * {_HALF}::HUGEINT)", u=upper, l=lower))
    value = sql(
        f"TRY(:u // :l * {_UNIT}::HUGEINT + :r // :l * {_HALF}::HUGEINT"
        f" + :r % :l * {_HALF}::HUGEINT // :l)",
        u=upper,
        l=lower,
        r=rest,
    )
    signed = sql(
        "CASE WHEN (:a < 0) <> (:b < 0) THEN -:v ELSE :v END", a=one, b=other, v=keep(value)
    )
    return sql("TRY(:v)", v=scaled(keep(signed)))


def divide_decimals(a: exp.Expression, b: exp.Expression, keep: Keep) -> exp.Expression:
    """The quotient of two DECIMAL(38,18); whole numbers are divided as such, which reaches
    further."""
    whole = keep(sql("trunc(:a) = :a AND trunc(:b) = :b", a=a, b=b))
    pick = "CASE WHEN :w THEN CAST(trunc(:v) AS HUGEINT) ELSE :u END"
    return divide_scaled(
        sql(pick, w=whole, v=a, u=unscaled(a)), sql(pick, w=whole, v=b, u=unscaled(b)), keep
    )


def apply(
    symbol: str, datatype: str, a: exp.Expression, b: exp.Expression, keep: Keep
) -> exp.Expression:
    """`a symbol b` for two values of one numeric datatype's SQL type; NULL for an error.

    The result is of the same datatype, but that `/` of integers gives a decimal. `keep` is where
    intermediate values become columns.
    """
    if datatype == XSD_INTEGER:
        if symbol == "/":
            return divide_scaled(a, b, keep)
        return sql(f"TRY(:a {symbol} :b)", a=a, b=b)
    if datatype == XSD_DECIMAL:
        if symbol == "*":
            return multiply_decimals(keep(a), keep(b), keep)
        if symbol == "/":
            return divide_decimals(keep(a), keep(b), keep)
        return sql(f"TRY(:a {symbol} :b)", a=a, b=b)
    if symbol == "/":
        return _divide_floating(datatype, a, b)
    return sql(f":a {symbol} :b", a=a, b=b)


def _divide_floating(datatype: str, a: exp.Expression, b: exp.Expression) -> exp.Expression:
    """IEEE division; DuckDB gives NULL for some divisions by zero."""
    kind = "FLOAT" if datatype == XSD_FLOAT else "DOUBLE"
    return sql(
        "CASE WHEN :a IS NULL OR :b IS NULL THEN NULL"
        f" WHEN :b = 0 THEN CASE WHEN :a = 0 OR isnan(:a) THEN 'NaN'::{kind}"
        f" WHEN (:a > 0) = (signbit(:b)) THEN '-Infinity'::{kind} ELSE 'Infinity'::{kind} END"
        " ELSE :a / :b END",
        a=a,
        b=b,
    )


def _operator(symbol: str) -> Function:
    def calculate(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
        return calculate_terms(symbol, arguments[0], arguments[1], scope)

    return calculate


def calculate_terms(symbol: str, left: SqlTerm, right: SqlTerm, scope: Scope) -> SqlTerm:
    """The result of an operator on two terms; general if their datatypes are not known before."""
    one, other = static_number(left), static_number(right)
    if one is not None and other is not None:
        datatype, a, b = promoted(one, other)
        result = XSD_DECIMAL if symbol == "/" and datatype == XSD_INTEGER else datatype
        return native(result, apply(symbol, datatype, a, b, scope.keep))
    if any(_cannot_be_number(term) for term in (left, right)):
        return native(XSD_INTEGER, sql("CAST(NULL AS HUGEINT)"))
    return _general(symbol, left, right, scope)


def _cannot_be_number(term: SqlTerm) -> bool:
    if isinstance(term.encoding, General):
        return False
    if isinstance(term.encoding, Native):
        return static_number(term) is None and term.encoding.datatype not in DERIVED_INTEGERS
    return True


def _general(symbol: str, left: SqlTerm, right: SqlTerm, scope: Scope) -> SqlTerm:
    """The operator by the wider rank of two terms whose datatypes the rows tell."""
    ranks = [scope.keep(rank(term)) for term in (left, right)]
    integers = [scope.keep(general_integer(term)) for term in (left, right)]
    decimals = [scope.keep(general_decimal(term)) for term in (left, right)]
    doubles = [scope.keep(general_double(term)) for term in (left, right)]
    floats = [sql("TRY_CAST(:v AS FLOAT)", v=value) for value in doubles]
    whole_type = XSD_DECIMAL if symbol == "/" else XSD_INTEGER
    results = (
        (whole_type, apply(symbol, XSD_INTEGER, integers[0], integers[1], scope.keep)),
        (XSD_DECIMAL, apply(symbol, XSD_DECIMAL, decimals[0], decimals[1], scope.keep)),
        (XSD_FLOAT, apply(symbol, XSD_FLOAT, floats[0], floats[1], scope.keep)),
        (XSD_DOUBLE, apply(symbol, XSD_DOUBLE, doubles[0], doubles[1], scope.keep)),
    )
    branches = tuple(native(datatype, scope.keep(value)) for datatype, value in results)
    # DuckDB's greatest leaves NULL out, so one that is no number must be looked for.
    wider = sql(
        "CASE WHEN :a IS NOT NULL AND :b IS NOT NULL THEN greatest(:a, :b) END",
        a=ranks[0],
        b=ranks[1],
    )
    return by_rank(scope.keep(wider), branches)


def by_rank(ranked: exp.Expression, branches: tuple[SqlTerm, ...]) -> SqlTerm:
    """A general term: of four results, the one at the given rank."""
    cases = exp.Case(
        this=ranked,
        ifs=[
            exp.If(this=exp.Literal.number(index), true=to_general(branch).columns[0])
            for index, branch in enumerate(branches)
        ],
    )
    return SqlTerm(General(), (cases,), True)


def _negate(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    (value,) = arguments
    number = static_number(value)
    if number is not None:
        return native(number.datatype, sql("TRY(-:v)", v=number.value), nullable=value.nullable)
    return _signed("TRY(-:v)", value, scope)


def _affirm(arguments: tuple[SqlTerm, ...], scope: Scope) -> SqlTerm:
    (value,) = arguments
    number = static_number(value)
    if number is not None:
        return native(number.datatype, number.value, nullable=value.nullable)
    return _signed(":v", value, scope)


def _signed(fragment: str, value: SqlTerm, scope: Scope) -> SqlTerm:
    """A sign before a term whose datatype the rows tell; the sign of zero counts."""
    if _cannot_be_number(value):
        return native(XSD_INTEGER, sql("CAST(NULL AS HUGEINT)"))
    double = scope.keep(general_double(value))
    values = (
        (XSD_INTEGER, general_integer(value)),
        (XSD_DECIMAL, general_decimal(value)),
        (XSD_FLOAT, sql("TRY_CAST(:v AS FLOAT)", v=double)),
        (XSD_DOUBLE, double),
    )
    branches = tuple(
        native(datatype, scope.keep(sql(fragment, v=number))) for datatype, number in values
    )
    return by_rank(scope.keep(rank(value)), branches)


FUNCTIONS: Final = {
    **{symbol: _operator(symbol) for symbol in "+-*/"},
    "unary-": _negate,
    "unary+": _affirm,
}
