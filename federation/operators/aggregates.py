"""Set functions (SPARQL 1.1 section 18.5.1): exact, and the same whatever the order of rows.

A set function is computed in two steps: plain SQL aggregates in the SELECT that groups, and what is
made of them in the SELECT around it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlglot import exp

from federation.algebra import Aggregate
from federation.operators.arithmetic import by_rank, divide_scaled, unscaled
from federation.operators.compile import compile_term, kept_term
from federation.operators.fragments import sql
from federation.operators.lets import Lets
from federation.operators.numeric import (
    cast_to,
    of_unknown_value,
    static_number,
)
from federation.operators.ordering import general_keys, order_keys
from federation.operators.parts import AggregateParts
from federation.operators.scope import Scope, native
from federation.operators.terms import plain, string_of
from federation.operators.totals import GeneralTotals, total_of
from federation.relational.convert import text, to_general, to_whole_iri
from federation.relational.encoding import General, IriTemplate, Native, SqlTerm
from federation.relational.identity import has_own_columns
from mappers.rdf import XSD_DECIMAL, XSD_DOUBLE, XSD_FLOAT, XSD_INTEGER


def compile_aggregate(aggregate: Aggregate, scope: Scope, parts: AggregateParts) -> SqlTerm:
    """A set function over the rows of a group.

    NULL where the function raises an error: a value that is an error or no number makes SUM and AVG
    an error, and an empty group makes MIN, MAX and SAMPLE one.
    """
    parts.rows = scope.lets
    if aggregate.argument is None:
        return native(XSD_INTEGER, parts.of(_count_all(aggregate, scope)), nullable=False)
    term = kept_term(of_unknown_value(compile_term(aggregate.argument, scope)), scope)
    if isinstance(term.encoding, IriTemplate) and not term.columns:
        term = to_whole_iri(term)
    found = _FUNCTIONS[aggregate.function](term, aggregate, parts)
    columns = tuple(parts.lets.keep(column) for column in found.columns)
    return SqlTerm(found.encoding, columns, found.nullable)


def _count_all(aggregate: Aggregate, scope: Scope) -> exp.Expression:
    if not aggregate.distinct:
        return sql("count(*)")
    columns = [column for term in scope.terms.values() for column in term.columns]
    if not columns:
        return sql("least(count(*), 1)")
    row = exp.Anonymous(this="row", expressions=list(columns))
    return exp.Count(this=exp.Distinct(expressions=[row]))


def _one_column(term: SqlTerm) -> exp.Expression:
    """The term in one column, so that equal values are equal terms."""
    if len(term.columns) == 1:
        return term.columns[0]
    return to_whole_iri(term).columns[0]


def _counted(term: SqlTerm, aggregate: Aggregate, parts: AggregateParts) -> exp.Expression:
    if not aggregate.distinct:
        # what is always bound needs no column; what is unbound is NULL in each of its columns
        return parts.sql("count(:v)", v=term.columns[0]) if term.nullable else parts.sql("count(*)")
    value = _one_column(term)
    if not term.nullable and len(term.columns) > 1 and has_own_columns(term):
        value = exp.Anonymous(this="row", expressions=list(term.columns))
    return parts.of(exp.Count(this=exp.Distinct(expressions=[value])))


def _count(term: SqlTerm, aggregate: Aggregate, parts: AggregateParts) -> SqlTerm:
    return native(XSD_INTEGER, _counted(term, aggregate, parts), nullable=False)


def _guarded(value: exp.Expression, term: SqlTerm, parts: AggregateParts) -> exp.Expression:
    """A result that is an error if any value of the group is unbound or an error."""
    if not term.nullable:
        return value
    return sql(
        "CASE WHEN :n = :c THEN :v END",
        n=parts.sql("count(*)"),
        c=parts.sql("count(:c)", c=_one_column(term)),
        v=value,
    )


def _no_number(parts: AggregateParts) -> SqlTerm:
    """SUM or AVG of what can be no number: 0 for an empty group, else an error."""
    value = sql("CASE WHEN :n = 0 THEN 0::HUGEINT END", n=parts.sql("count(*)"))
    return native(XSD_INTEGER, value)


def _sum(term: SqlTerm, aggregate: Aggregate, parts: AggregateParts) -> SqlTerm:
    distinct = "DISTINCT " if aggregate.distinct else ""
    number = static_number(term)
    if number is not None:
        total = cast_to(total_of(term, number, distinct, parts), number.datatype)
        result = native(number.datatype, _guarded(total, term, parts))
        return _zero_if_empty(result, parts)
    if not isinstance(term.encoding, General):
        return _no_number(parts)
    found = GeneralTotals.of(term, aggregate.distinct, parts)
    return by_rank(
        found.rank,
        (
            native(XSD_INTEGER, found.integer),
            native(XSD_DECIMAL, found.decimal),
            native(XSD_FLOAT, sql("TRY_CAST(:v AS FLOAT)", v=found.double)),
            native(XSD_DOUBLE, found.double),
        ),
    )


def _zero_if_empty(result: SqlTerm, parts: AggregateParts) -> SqlTerm:
    """The sum and the mean of nothing are the integer 0 (18.5.1.3), whatever the datatype asked."""
    if not parts.may_be_empty or result.encoding == Native(XSD_INTEGER):
        return result
    zero = native(XSD_INTEGER, sql("CAST(0 AS HUGEINT)"), nullable=False)
    value = sql(
        "CASE WHEN :n = 0 THEN :z ELSE :v END",
        n=parts.sql("count(*)"),
        z=to_general(zero).columns[0],
        v=to_general(result).columns[0],
    )
    return SqlTerm(General(), (value,), True)


def _avg(term: SqlTerm, aggregate: Aggregate, parts: AggregateParts) -> SqlTerm:
    number = static_number(term)
    counted = _counted(term, aggregate, parts)
    distinct = "DISTINCT " if aggregate.distinct else ""
    if number is not None:
        value = _mean(number.datatype, total_of(term, number, distinct, parts), counted, parts.lets)
        datatype = XSD_DECIMAL if number.datatype == XSD_INTEGER else number.datatype
        return _zero_if_empty(native(datatype, _guarded(value, term, parts)), parts)
    if not isinstance(term.encoding, General):
        return _no_number(parts)
    found = GeneralTotals.of(term, aggregate.distinct, parts)
    mean = by_rank(
        found.rank,
        (
            native(XSD_DECIMAL, _mean(XSD_INTEGER, found.integer, counted, parts.lets)),
            native(XSD_DECIMAL, _mean(XSD_DECIMAL, found.decimal, counted, parts.lets)),
            native(XSD_FLOAT, _mean(XSD_FLOAT, found.double, counted, parts.lets)),
            native(XSD_DOUBLE, _mean(XSD_DOUBLE, found.double, counted, parts.lets)),
        ),
    )
    return _zero_if_empty(mean, parts)


def _mean(
    datatype: str, total: exp.Expression, counted: exp.Expression, lets: Lets
) -> exp.Expression:
    """Sum by count; 0 for none. An exact decimal where the datatype is exact."""
    count = sql("CAST(:n AS HUGEINT)", n=counted)
    if datatype == XSD_INTEGER:
        value = divide_scaled(total, count, lets.keep)
    elif datatype == XSD_DECIMAL:
        scale = sql(":n * 1000000000000000000::HUGEINT", n=count)
        value = divide_scaled(unscaled(lets.keep(total)), scale, lets.keep)
    else:
        value = cast_to(sql("CAST(:s AS DOUBLE) / :n", s=total, n=counted), datatype)
    zero_type = XSD_DECIMAL if datatype == XSD_INTEGER else datatype
    return sql(
        "CASE WHEN :n = 0 THEN :z ELSE :v END",
        n=counted,
        z=cast_to(exp.Literal.number(0), zero_type),
        v=value,
    )


def _extreme(largest: bool) -> Callable[[SqlTerm, Aggregate, AggregateParts], SqlTerm]:
    """MIN and MAX by the order of ORDER BY; an error in the group is an error of the result."""

    def find(term: SqlTerm, aggregate: Aggregate, parts: AggregateParts) -> SqlTerm:
        single = term if len(term.columns) == 1 else to_whole_iri(term)
        (column,) = single.columns
        if isinstance(single.encoding, General):
            value = parts.of(_first(column, general_keys(single), largest=largest))
        else:
            value = parts.sql("max(:v)" if largest else "min(:v)", v=column)
        return SqlTerm(single.encoding, (_guarded(value, single, parts),), True)

    return find


def _first(column: exp.Expression, keys: list[exp.Expression], *, largest: bool) -> exp.Expression:
    """The value that comes first by some keys, NULL left out."""
    ordered = [exp.Ordered(this=key, desc=largest, nulls_first=False) for key in keys]
    chosen = exp.Anonymous(this="first", expressions=[exp.Order(this=column, expressions=ordered)])
    return exp.Filter(this=chosen, expression=exp.Where(this=sql(":v IS NOT NULL", v=column)))


def _sample(term: SqlTerm, aggregate: Aggregate, parts: AggregateParts) -> SqlTerm:
    """The first value in the order of ORDER BY that is no error."""
    single = term if len(term.columns) == 1 else to_whole_iri(term)
    keys = [ordered.this for ordered in order_keys(single, False)]
    value = parts.of(_first(single.columns[0], keys, largest=False))
    return SqlTerm(single.encoding, (value,), True)


def _group_concat(term: SqlTerm, aggregate: Aggregate, parts: AggregateParts) -> SqlTerm:
    """Strings joined in order; an error in the group is an error of the result."""
    value = string_of(term).columns[0]
    # no GroupConcat: sqlglot's generator rearranges one in place, and our trees are shared
    values = exp.Distinct(expressions=[value]) if aggregate.distinct else value
    separator = exp.Order(
        this=text(aggregate.separator), expressions=[exp.Ordered(this=value, nulls_first=False)]
    )
    strings = exp.Anonymous(this="string_agg", expressions=[values, separator])
    joined = sql("coalesce(:j, '')", j=parts.of(strings))
    if term.nullable or isinstance(term.encoding, General):
        joined = sql(
            "CASE WHEN :n = :c THEN :v END",
            n=parts.sql("count(*)"),
            c=parts.sql("count(:c)", c=value),
            v=joined,
        )
    return plain(joined)


_FUNCTIONS: Final = {
    "COUNT": _count,
    "SUM": _sum,
    "AVG": _avg,
    "MIN": _extreme(False),
    "MAX": _extreme(True),
    "SAMPLE": _sample,
    "GROUP_CONCAT": _group_concat,
}
