"""The residual path: what SQL cannot yet express is evaluated by Oxigraph over fetched triples.

Every triple that any pattern of the query can match is fetched by SQL from the view; the answer
over those is the answer over the view. The number of triples is bounded, and `explain` names the
path and the reason.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from federation import algebra
from federation.algebra import (
    AlternativePath,
    InversePath,
    Link,
    NegatedPropertySet,
    Path,
    PatternTerm,
    Query,
    RepeatPath,
    SequencePath,
    TriplePattern,
    Variable,
)
from federation.planning.expressions import exists_in
from federation.planning.patterns import unfold_pattern, variable_name
from federation.planning.plan import Empty, Plan, graphs_used
from federation.planning.translate import Dataset
from federation.printing import print_query
from federation.relational.constants import constant_term
from federation.relational.convert import to_general
from federation.relational.encoding import SqlTerm
from federation.residual_meaning import differing, unreadable_datatypes
from federation.sql import SqlWriter, sql_text
from federation.sql.relation import from_, of_table, select, source
from federation.view import ViewGraph
from mappers.errors import QueryUnsupportedError
from mappers.rdf import Iri
from mappers.worker import Limits, OxigraphJob, TripleQuery

_S, _P, _O = Variable(".s"), Variable(".p"), Variable(".o")


@dataclass(frozen=True, slots=True)
class Fetch:
    """Triples to be fetched: a pattern over some graphs, put into one graph (None: the default)."""

    pattern: TriplePattern
    graphs: tuple[ViewGraph, ...]
    target: str | None


@dataclass(frozen=True, slots=True)
class ResidualPlan:
    """A whole query on the residual path: what is fetched, and why SQL could not do it."""

    query: Query
    fetches: tuple[Fetch, ...]
    named_graphs: tuple[str, ...]
    reason: str

    def plans(self) -> tuple[Plan, ...]:
        """The plans of the fetches."""
        return tuple(unfold_pattern(fetch.pattern, fetch.graphs) for fetch in self.fetches)

    def graphs_used(self) -> tuple[str, ...]:
        """The IRIs of the graphs that are read."""
        return tuple(sorted({iri for plan in self.plans() for iri in graphs_used(plan)}))


def plan_residual(query: Query, dataset: Dataset, reason: str) -> ResidualPlan:
    """The fetches that a query needs.

    Raises QueryUnsupportedError, naming it, for what may mean something else to Oxigraph: the
    answer would depend on the path.
    """
    found = differing(query)
    if found is not None:
        raise QueryUnsupportedError(
            f"The query has {reason}, which SQL cannot express, and the residual path may answer"
            f" {found} otherwise than it should.",
            way_out="Leave out one of the two.",
        )
    fetches = tuple(dict.fromkeys(_pattern(query.form.pattern, dataset, (None,))))
    return ResidualPlan(query, fetches, tuple(graph.iri for graph in dataset.named), reason)


Targets = tuple[str | None, ...]


def _pattern(pattern: algebra.Pattern, dataset: Dataset, targets: Targets) -> Iterator[Fetch]:
    match pattern:
        case algebra.Bgp(patterns=parts):
            for part in parts:
                for triple in _triples(part):
                    yield from _fetches(triple, dataset, targets)
        case algebra.Graph(name=name, pattern=inner):
            graphs: Targets = tuple(
                graph.iri
                for graph in dataset.named
                if isinstance(name, Variable) or graph.iri == name.value
            )
            yield from _pattern(inner, dataset, graphs)
        case algebra.Values():
            return
        case algebra.LeftJoin(left=left, right=right, condition=condition):
            yield from _pattern(left, dataset, targets)
            yield from _pattern(right, dataset, targets)
            if condition is not None:
                yield from _expression(condition, dataset, targets)
        case algebra.Join(left=left, right=right) | algebra.Union(left=left, right=right):
            yield from _pattern(left, dataset, targets)
            yield from _pattern(right, dataset, targets)
        case algebra.Minus(left=left, right=right):
            yield from _pattern(left, dataset, targets)
            yield from _pattern(right, dataset, targets)
        case _:
            for expression in _expressions(pattern):
                yield from _expression(expression, dataset, targets)
            yield from _pattern(pattern.pattern, dataset, targets)


def _expressions(pattern: algebra.Pattern) -> tuple[algebra.Expression, ...]:
    match pattern:
        case algebra.Filter(condition=condition):
            return (condition,)
        case algebra.Extend(expression=expression):
            return (expression,)
        case algebra.OrderBy(keys=keys):
            return tuple(key.expression for key in keys)
        case algebra.Group(aggregates=aggregates):
            return tuple(aggregate for _, aggregate in aggregates)
        case _:
            return ()


def _expression(
    expression: algebra.Expression, dataset: Dataset, targets: Targets
) -> Iterator[Fetch]:
    for exists in exists_in(expression):
        yield from _pattern(exists.pattern, dataset, targets)


def _fetches(triple: TriplePattern, dataset: Dataset, targets: Targets) -> Iterator[Fetch]:
    for target in targets:
        if target is None:
            yield Fetch(triple, dataset.default, None)
        else:
            graphs = tuple(graph for graph in dataset.named if graph.iri == target)
            yield Fetch(triple, graphs, target)


def _triples(part: TriplePattern | algebra.PathPattern) -> Iterator[TriplePattern]:
    """The patterns of all triples that a part of a basic graph pattern can match."""
    if isinstance(part, TriplePattern):
        predicate = part.predicate if isinstance(part.predicate, Iri) else _P
        yield TriplePattern(_place(part.subject, _S), predicate, _place(part.object, _O))
        return
    yield from _path_triples(part.path)


def _place(term: PatternTerm, variable: Variable) -> PatternTerm:
    return variable if variable_name(term) is not None else term


def _path_triples(path: Path) -> Iterator[TriplePattern]:
    match path:
        case Link(iri=iri):
            yield TriplePattern(_S, iri, _O)
        case InversePath(path=inner) | RepeatPath(path=inner):
            yield from _path_triples(inner)
        case SequencePath(left=left, right=right) | AlternativePath(left=left, right=right):
            yield from _path_triples(left)
            yield from _path_triples(right)
        case NegatedPropertySet():
            yield TriplePattern(_S, _P, _O)


def residual_job(plan: ResidualPlan, writer: SqlWriter, limits: Limits) -> OxigraphJob:
    """The job of a residual plan; its text names no data set, since only the view's triples are
    there.
    """
    sources = []
    for fetch in plan.fetches:
        planned = unfold_pattern(fetch.pattern, fetch.graphs)
        if not isinstance(planned, Empty):
            sources.append(TripleQuery(_fetch_sql(fetch.pattern, planned, writer), fetch.target))
    bare = replace(plan.query, dataset=algebra.DatasetClause())
    text, most = print_query(bare), limits.residual_triples
    unlike = unreadable_datatypes(bare)
    return OxigraphJob(text, tuple(sources), plan.named_graphs, most, limits, unlike)


def _fetch_sql(pattern: TriplePattern, plan: Plan, writer: SqlWriter) -> str:
    rel = writer.write(plan)
    alias = writer.aliases.new()
    terms = of_table(rel, alias)
    columns: dict[str, SqlTerm] = {}
    for name, place in (("s", pattern.subject), ("p", pattern.predicate), ("o", pattern.object)):
        variable = variable_name(place)
        term = constant_term(place) if variable is None else terms[variable]  # type: ignore[arg-type]
        columns[name] = to_general(term)
    query, _ = select(columns)
    from_(query, [source(rel, alias)])
    for index, name in enumerate(("s", "p", "o")):
        query.expressions[index].set("alias", name)
    return sql_text(query)
