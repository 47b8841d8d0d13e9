"""Paths of any length as recursive SQL (SPARQL 1.1 section 18.4, ALP)."""

from __future__ import annotations

from sqlglot import exp

from federation.planning.plan import Closure
from federation.relational.constants import constant_term
from federation.relational.convert import common_encoding, convert
from federation.relational.encoding import WHOLE_IRI, Encoding, IriTemplate, SqlTerm
from federation.relational.identity import same_term
from federation.relational.nodes import bare, cast, column
from federation.sql.relation import (
    Aliases,
    Rel,
    from_,
    named,
    of_table,
    select,
    source,
    where,
)
from mappers.rdf import Iri, Literal

_FROM, _TO = "a", "b"


def closure_sql(closure: Closure, step: Rel, nodes: Rel | None, aliases: Aliases) -> Rel:
    """Distinct pairs of ends as the solutions of the path.

    `step` gives `.from` and `.to`, `nodes` gives `.node`. Where the start is a constant the search
    begins there, where only the end is, it runs backwards.
    """
    forward = not (isinstance(closure.start, str) and not isinstance(closure.end, str))
    encoding = _encoding(closure, step, nodes)
    edges, reach = aliases.new(), aliases.new()
    edge_query = _edges(step, encoding, aliases, forward)
    seed_end = closure.start if forward else closure.end
    seed = None if isinstance(seed_end, str) else _single(constant_term(seed_end), encoding)
    pairs: exp.Query = _table(reach, [_FROM, _TO])
    zero = _zero(closure, nodes, encoding, seed, aliases)
    both = pairs if zero is None else exp.Union(this=pairs, expression=zero, distinct=True)
    whole = exp.Select(expressions=[exp.Star()])
    from_(whole, [_sub(both, aliases.new())])
    whole.set(
        "with_",
        exp.With(
            recursive=True,
            expressions=[
                exp.CTE(this=edge_query, alias=exp.TableAlias(this=bare(edges))),
                exp.CTE(
                    this=_recursion(edges, reach, seed, closure.unbounded),
                    alias=exp.TableAlias(this=bare(reach)),
                ),
            ],
        ),
    )
    return _ends(closure, whole, encoding, aliases, forward)


def _encoding(closure: Closure, step: Rel, nodes: Rel | None) -> Encoding:
    """One encoding, of one column, for every node of the path."""
    encodings: list[Encoding] = [
        step.terms[name].encoding for name in (".from", ".to") if name in step.terms
    ]
    if nodes is not None and ".node" in nodes.terms:
        encodings.append(nodes.terms[".node"].encoding)
    encodings += [
        constant_term(end).encoding
        for end in (closure.start, closure.end)
        if not isinstance(end, str)
    ]
    if not encodings:
        return WHOLE_IRI
    found = common_encoding(encodings)
    if isinstance(found, IriTemplate) and sum(part is None for part in found.parts) != 1:
        return WHOLE_IRI
    return found


def _single(term: SqlTerm, encoding: Encoding) -> exp.Expression:
    return convert(term, encoding).columns[0]


def _sub(query: exp.Query, alias: str) -> exp.Subquery:
    return exp.Subquery(this=query, alias=exp.TableAlias(this=bare(alias)))


def _edges(step: Rel, encoding: Encoding, aliases: Aliases, forward: bool) -> exp.Select:
    """The steps as columns a and b, in the direction of the search."""
    alias = aliases.new()
    terms = of_table(step, alias)
    ends = (".from", ".to") if forward else (".to", ".from")
    if not all(end in terms for end in ends):
        null = cast(exp.null(), "VARCHAR")
        empty = exp.Select(expressions=[named(null, _FROM), named(null, _TO)])
        return where(empty, [exp.false()])
    query = exp.Select(
        expressions=[
            named(_single(terms[end], encoding), name)
            for end, name in zip(ends, (_FROM, _TO), strict=True)
        ]
    )
    return from_(query, [source(step, alias)])


def _recursion(edges: str, reach: str, seed: exp.Expression | None, unbounded: bool) -> exp.Query:
    """Pairs reached by one or more steps; UNION, so that a cycle ends."""
    first = _table(edges, [_FROM, _TO])
    if seed is not None:
        where(first, [exp.EQ(this=column(_FROM, edges), expression=seed)])
    if not unbounded:
        return first
    further = exp.Select(
        expressions=[named(column(_FROM, reach), _FROM), named(column(_TO, edges), _TO)]
    )
    from_(further, [exp.Table(this=bare(reach)), exp.Table(this=bare(edges))])
    where(further, [exp.EQ(this=column(_TO, reach), expression=column(_FROM, edges))])
    return exp.Union(this=first, expression=further, distinct=True)


def _table(name: str, columns: list[str]) -> exp.Select:
    query = exp.Select(expressions=[named(column(one, name), one) for one in columns])
    return from_(query, [exp.Table(this=bare(name))])


def _zero(
    closure: Closure,
    nodes: Rel | None,
    encoding: Encoding,
    seed: exp.Expression | None,
    aliases: Aliases,
) -> exp.Query | None:
    """The pairs of a path of no step: the constant with itself, else every node with itself."""
    if not closure.zero:
        return None
    if seed is not None:
        return exp.Select(expressions=[named(seed, _FROM), named(seed, _TO)])
    if nodes is None or ".node" not in nodes.terms:
        return None
    alias = aliases.new()
    node = _single(of_table(nodes, alias)[".node"], encoding)
    query = exp.Select(expressions=[named(node, _FROM), named(node, _TO)])
    return from_(query, [source(nodes, alias)])


def _ends(
    closure: Closure, pairs: exp.Query, encoding: Encoding, aliases: Aliases, forward: bool
) -> Rel:
    """The pairs as solutions: constants become conditions, one variable at both ends an
    equality."""
    alias = aliases.new()
    columns = (_FROM, _TO) if forward else (_TO, _FROM)
    found: dict[str, SqlTerm] = {}
    conditions: list[exp.Expression] = []
    for end, name in zip((closure.start, closure.end), columns, strict=True):
        term = SqlTerm(encoding, (column(name, alias),), False)
        if isinstance(end, Iri | Literal):
            conditions.append(same_term(term, constant_term(end)))
        elif end in found:
            conditions.append(same_term(term, found[end]))
        else:
            found[end] = term
    query, outputs = select(found)
    query.set("distinct", exp.Distinct())
    if not found:
        query.set("limit", exp.Limit(expression=exp.Literal.number(1)))
    from_(query, [_sub(pairs, alias)])
    return Rel(where(query, conditions), outputs)
