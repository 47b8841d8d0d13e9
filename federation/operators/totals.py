"""Sums of numbers as SPARQL has them: exact, and the same whatever the order of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.numeric import (
    Number,
    cast_to,
    general_decimal,
    general_double,
    general_integer,
    rank,
)
from federation.operators.parts import AggregateParts
from federation.relational.encoding import General, SqlTerm
from mappers.rdf import XSD_DECIMAL, XSD_DOUBLE, XSD_INTEGER


def total_of(term: SqlTerm, number: Number, distinct: str, parts: AggregateParts) -> exp.Expression:
    """The sum of numbers of one datatype; 0 if there are none, NULL on overflow.

    Whole numbers and decimals are summed in the type that their column has, which is the fastest.
    """
    (column,) = term.columns
    if number.datatype == XSD_INTEGER:
        total = sql("coalesce(:s, 0::HUGEINT)", s=parts.sql(f"sum({distinct}:v)", v=column))
        return _in_range(total, _MOST_INTEGER, _WIDE_INTEGER, column, distinct, parts)
    if number.datatype == XSD_DECIMAL:
        total = sql("TRY_CAST(:s AS DECIMAL(38, 18))", s=parts.sql(f"sum({distinct}:v)", v=column))
        return _in_range(total, _MOST_DECIMAL, _WIDE_DECIMAL, column, distinct, parts)
    value = column if number.datatype == XSD_DOUBLE else cast_to(number.value, XSD_DOUBLE)
    if distinct:
        return sql("coalesce(:s, 0::DOUBLE)", s=parts.sql("sum(DISTINCT :v ORDER BY :v)", v=value))
    return _floating_total(value, parts)


_MOST_INTEGER: Final = "1.7e38"
_MOST_DECIMAL: Final = "1e20"
_WIDE_INTEGER: Final = "typeof(:v) = 'HUGEINT'"
_WIDE_DECIMAL: Final = "starts_with(typeof(:v), 'DECIMAL(3')"


def _in_range(
    total: exp.Expression,
    most: str,
    wide: str,
    column: exp.Expression,
    distinct: str,
    parts: AggregateParts,
) -> exp.Expression:
    """A sum of 128-bit numbers, in which DuckDB does not see an overflow; 0 if there are none.

    `wide` tells the columns that can overflow; it is settled when DuckDB binds the statement.
    """
    size = parts.sql(f"sum({distinct}CASE WHEN {wide} THEN CAST(:v AS DOUBLE) END)", v=column)
    return sql(
        f"CASE WHEN abs(coalesce(:d, 0)) < {most}::DOUBLE THEN :s END",
        d=size,
        s=total,
    )


_ORDINARY: Final = (
    "(:v = 0 OR abs(:v) >= 1.4551915228366852e-11::DOUBLE) AND abs(:v) < 68719476736::DOUBLE"
)
"""From 2^-36 to 2^36: such a number is a whole number of 2^-88, in two parts of 62 bits."""


def _floating_total(value: exp.Expression, parts: AggregateParts) -> exp.Expression:
    """The sum of doubles, the same whatever the order of rows.

    Ordinary numbers are summed as two whole numbers each, those above and below 2^-26, which is
    exact; only the others, infinities and NaN among them, have to be ordered first.
    """
    value = parts.row(value)
    upper = parts.sql(
        f"sum(CASE WHEN {_ORDINARY} THEN CAST(trunc(:v * 67108864::DOUBLE) AS BIGINT) END)",
        v=value,
    )
    rest = "(:v - trunc(:v * 67108864::DOUBLE) / 67108864::DOUBLE)"
    lower = parts.sql(
        f"sum(CASE WHEN {_ORDINARY} THEN"
        f" CAST({rest} * 309485009821345068724781056::DOUBLE AS BIGINT) END)",
        v=value,
    )
    others = parts.sql(f"sum(:v ORDER BY :v) FILTER (WHERE NOT ({_ORDINARY}))", v=value)
    return sql(
        "coalesce(CAST(:u AS DOUBLE) / 67108864::DOUBLE"
        " + CAST(:l AS DOUBLE) / 309485009821345068724781056::DOUBLE, 0::DOUBLE)"
        " + coalesce(:o, 0::DOUBLE)",
        u=upper,
        l=lower,
        o=others,
    )


@dataclass(frozen=True, slots=True)
class GeneralTotals:
    """The sums of terms whose datatypes the rows tell; `rank` is that of the widest, NULL
    an error."""

    rank: exp.Expression
    integer: exp.Expression
    decimal: exp.Expression
    double: exp.Expression

    @classmethod
    def of(cls, term: SqlTerm, distinct: bool, parts: AggregateParts) -> GeneralTotals:
        """The sums over a group; with `distinct` each term counts once, not each value."""
        ranked = parts.row(rank(term))
        widest = sql(
            "CASE WHEN :n = :c THEN coalesce(:w, 0) END",
            n=parts.sql("count(*)"),
            c=parts.sql("count(:r)", r=ranked),
            w=parts.sql("max(:r)", r=ranked),
        )
        if distinct:
            return cls(widest, *_distinct_totals(term, parts))
        double = parts.lets.keep(_floating_total(general_double(term), parts))
        integer, decimal = parts.row(general_integer(term)), parts.row(general_decimal(term))
        total = f"CASE WHEN abs(:d) < {_MOST_INTEGER}::DOUBLE THEN coalesce(:s, 0::HUGEINT) END"
        exact = f"CASE WHEN abs(:d) < {_MOST_DECIMAL}::DOUBLE THEN coalesce(:s, 0) END"
        return cls(
            rank=widest,
            integer=sql(
                total,
                d=double,
                s=parts.sql("sum(CASE WHEN :r = 0 THEN :v END)", r=ranked, v=integer),
            ),
            decimal=sql(
                exact,
                d=double,
                s=parts.sql("sum(CASE WHEN :r < 2 THEN :v END)", r=ranked, v=decimal),
            ),
            double=double,
        )


def _distinct_totals(
    term: SqlTerm, parts: AggregateParts
) -> tuple[exp.Expression, exp.Expression, exp.Expression]:
    """The sums of a group's distinct terms as integer, decimal and double."""
    found = parts.sql("list(DISTINCT :t) FILTER (WHERE :t IS NOT NULL)", t=term.columns[0])
    each = SqlTerm(General(), (exp.column("x"),), False)
    double = sql(
        "coalesce(list_aggregate(list_sort(list_transform(:l, lambda x: :v)), 'sum'), 0::DOUBLE)",
        l=found,
        v=general_double(each),
    )
    total = (
        "CASE WHEN abs(:d) < {1}::DOUBLE THEN coalesce(list_aggregate("
        "list_transform(:l, lambda x: CASE WHEN {0} THEN :v END), 'sum'), 0) END"
    )
    ranked, kept = rank(each), parts.lets.keep(double)
    return (
        sql(
            total.format(":r = 0", _MOST_INTEGER),
            l=found,
            r=ranked,
            v=general_integer(each),
            d=kept,
        ),
        sql(
            total.format(":r < 2", _MOST_DECIMAL),
            l=found,
            r=ranked,
            v=general_decimal(each),
            d=kept,
        ),
        kept,
    )
