"""Inline data, grouping and solution modifiers as SQL (SPARQL 1.1 sections 10, 11, 15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlglot import exp

from federation.operators import (
    AggregateParts,
    Lets,
    Scope,
    compile_aggregate,
    compile_term,
    kept_term,
    order_keys,
    tie_break,
)
from federation.planning.expressions import variables_in
from federation.planning.plan import Group, Inline, Modify
from federation.relational.constants import constant_term
from federation.relational.convert import common_encoding, convert, text, unbound
from federation.relational.encoding import General, IriTemplate, SqlTerm
from federation.relational.nodes import column
from federation.sql.relation import Aliases, Rel, from_, named, of_table, select, source, where
from federation.sql.scan import term_sql
from federation.sql.union import union_all
from mappers.published import TemplateTerm
from mappers.rdf import Iri, Literal
from mappers.unfolding import ColumnIs, invert_template


def inline_sql(inline: Inline, aliases: Aliases) -> Rel:
    """VALUES as a relation; each row is one SELECT of constants."""
    templates = dict(inline.templates)
    columns = [
        _inline_column([row[index] for row in inline.rows], templates.get(name))
        for index, name in enumerate(inline.variables)
    ]
    if not inline.rows:
        nothing, empty = select({name: unbound(General()) for name in inline.variables})
        return Rel(where(nothing, [exp.false()]), empty)
    rows: list[exp.Query] = []
    outputs: dict[str, SqlTerm] = {}
    for position in range(len(inline.rows)):
        query, outputs = select(
            {name: column[position] for name, column in zip(inline.variables, columns, strict=True)}
        )
        rows.append(query)
    nullable = {
        name: any(term.nullable for term in column)
        for name, column in zip(inline.variables, columns, strict=True)
    }
    terms = {
        name: SqlTerm(term.encoding, term.columns, nullable[name]) for name, term in outputs.items()
    }
    if len(rows) == 1:
        return Rel(rows[0], terms)
    combined = Rel(union_all(rows), terms)
    alias = aliases.new()
    query, outputs = select(of_table(combined, alias))
    return Rel(from_(query, [source(combined, alias)]), outputs)


def _inline_column(
    values: list[Iri | Literal | None], template: TemplateTerm | None
) -> list[SqlTerm]:
    """The terms of one variable of VALUES, in one encoding."""
    if template is not None:
        return [_of_template(template, value) for value in values]
    found = [None if value is None else constant_term(value) for value in values]
    present = [term for term in found if term is not None]
    if not present:
        return [unbound(General()) for _ in values]
    encoding = common_encoding([term.encoding for term in present])
    if isinstance(encoding, IriTemplate) and not all(term is not None for term in found):
        encoding = IriTemplate((None,), (False,))
    return [unbound(encoding) if term is None else convert(term, encoding) for term in found]


def _of_template(template: TemplateTerm, value: Iri | Literal | None) -> SqlTerm:
    """An IRI as the values of a template's columns."""
    met = invert_template(template, value.value) if isinstance(value, Iri) else None
    assert met is not None, "planning keeps the IRIs that the template gives"
    columns = tuple(text(one.text) for one in met if isinstance(one, ColumnIs))
    return SqlTerm(term_sql(template).encoding, columns, False)


def group_sql(group: Group, child: Rel, scope: Scope, aliases: Aliases, alias: str) -> Rel:
    """GROUP BY with aggregates; `scope` is over the child as `alias`.

    The inner SELECT groups and has the plain SQL aggregates; the outer one makes terms of them.
    """
    terms: dict[str, SqlTerm] = {}
    outer_alias = aliases.new()
    finish = Lets()
    finish.host(outer_alias)
    parts = AggregateParts(outer_alias, finish, may_be_empty=group.implicit and not group.keys)
    group_by: list[exp.Expression] = []
    for key in group.keys:
        term = scope.terms.get(key)
        if term is None:
            continue
        terms[key] = term
        group_by.extend(column for column in term.columns)
    finished = {
        name: compile_aggregate(aggregate, scope, parts) for name, aggregate in group.aggregates
    }
    query, outputs = select(terms)
    query.set(
        "expressions",
        [*query.expressions, *(named(value, name) for value, name in parts.columns())],
    )
    from_(query, [scope.lets.source(source(child, alias))])
    if group_by:
        query.set("group", exp.Group(expressions=group_by))
    elif group.keys or not group.implicit:
        # One group, but only if there is any solution.
        some = exp.GT(this=exp.Count(this=exp.Star()), expression=exp.Literal.number(0))
        query.set("having", exp.Having(this=some))
    grouped = Rel(query, outputs)
    outer, results = select({**of_table(grouped, outer_alias), **finished})
    return Rel(from_(outer, [finish.source(source(grouped, outer_alias))]), results)


def modify_sql(modify: Modify, child: Rel, scope: Scope, aliases: Aliases, alias: str) -> Rel:
    """ORDER BY, projection, DISTINCT, OFFSET and LIMIT; `scope` is over the child as `alias`.

    With a LIMIT the order is made total by all projected columns, so that the same query over the
    same data gives the same rows.
    """
    projected = {name: scope.terms[name] for name in modify.variables if name in scope.terms}
    sliced = modify.limit is not None or modify.offset > 0
    if modify.distinct and modify.order:
        return _distinct_ordered(modify, child, projected, scope, aliases, alias)
    query, outputs = select(projected)
    if modify.distinct:
        from_(query, [source(child, alias)])
        query.set("distinct", exp.Distinct())
        if not any(term.columns for term in outputs.values()):
            query.set("limit", exp.Limit(expression=exp.Literal.number(1)))
        if sliced:
            rel = Rel(query, outputs)
            return _ordered(rel, modify, scope, aliases)
        return Rel(query, outputs)
    keys = _order_keys(modify, scope)
    if sliced:
        keys += [ordered for term in projected.values() for ordered in tie_break(term)]
    from_(query, [scope.lets.source(source(child, alias))])
    return Rel(_slice(query, keys, modify), outputs)


def _distinct_ordered(
    modify: Modify,
    child: Rel,
    projected: Mapping[str, SqlTerm],
    scope: Scope,
    aliases: Aliases,
    alias: str,
) -> Rel:
    read = {name for key in modify.order for name in variables_in(key.expression)}
    if not read.intersection(scope.terms) <= set(projected):
        if any(term.columns for term in projected.values()):
            return _distinct_by_first(modify, child, projected, scope, aliases, alias)
        modify = replace(modify, order=())
    query, outputs = select(projected)
    from_(query, [source(child, alias)])
    query.set("distinct", exp.Distinct())
    return _ordered(Rel(query, outputs), modify, scope, aliases)


def _distinct_by_first(
    modify: Modify,
    child: Rel,
    projected: Mapping[str, SqlTerm],
    scope: Scope,
    aliases: Aliases,
    alias: str,
) -> Rel:
    """Distinct solutions in the order of the first of each: the order reads what is not projected.

    The place of each solution is numbered, and each group of equal ones has its smallest number.
    """
    keys = _order_keys(modify, scope)
    keys += [ordered for term in projected.values() for ordered in tie_break(term)]
    place = exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=keys))
    numbered, outputs = select(projected)
    numbered.set("expressions", [*numbered.expressions, named(place, _PLACE)])
    from_(numbered, [scope.lets.source(source(child, alias))])
    outer = aliases.new()
    terms = of_table(Rel(numbered, outputs), outer)
    query, results = select(terms)
    from_(query, [source(Rel(numbered, outputs), outer)])
    columns = [one for term in terms.values() for one in term.columns]
    query.set("group", exp.Group(expressions=columns))
    first = exp.Ordered(this=exp.Min(this=column(_PLACE, outer)), desc=False)
    return Rel(_slice(query, [first], modify), results)


_PLACE: Final = ".place"


def _ordered(rel: Rel, modify: Modify, scope: Scope, aliases: Aliases) -> Rel:
    """Order and slice a relation that is already projected and distinct."""
    alias = aliases.new()
    terms = of_table(rel, alias)
    lets = Lets()
    lets.host(alias)
    inner = Scope(terms=terms, exists=scope.exists, now=scope.now, base=scope.base, lets=lets)
    keys = _order_keys(modify, inner)
    if modify.limit is not None or modify.offset > 0:
        keys += [ordered for term in terms.values() for ordered in tie_break(term)]
    query, outputs = select(terms)
    from_(query, [lets.source(source(rel, alias))])
    return Rel(_slice(query, keys, modify), outputs)


def _order_keys(modify: Modify, scope: Scope) -> list[exp.Ordered]:
    return [
        ordered
        for key in modify.order
        for ordered in order_keys(
            kept_term(compile_term(key.expression, scope), scope), key.descending
        )
    ]


def _slice(query: exp.Select, keys: list[exp.Ordered], modify: Modify) -> exp.Select:
    if keys:
        query.set("order", exp.Order(expressions=keys))
    if modify.limit is not None:
        query.set("limit", exp.Limit(expression=exp.Literal.number(modify.limit)))
    if modify.offset:
        query.set("offset", exp.Offset(expression=exp.Literal.number(modify.offset)))
    return query
