"""The engine against Oxigraph: generated queries over a published village, compared as bags.

Oxigraph has the union of the triples that the mappings give, row by row; the engine has the
columns. Each query is also planned with some optimiser rules left out.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from zlib import crc32

import duckdb
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, Phase, assume, given, reject, settings

from federation import algebra
from federation.algebra import Query
from federation.planning.rules import RULES, Rule
from federation.planning.translate import Dataset
from federation.printing import print_query
from federation.solutions import Row
from federation.syntax import parse_query
from mappers.errors import QueryUnsupportedError
from mappers.rdf import XSD_DECIMAL, XSD_DOUBLE, XSD_INTEGER, Literal, Term
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask, selected, version_graphs
from tests.conformance.same_results import by_value, to_ox
from tests.conformance.w3c_query import to_term
from tests.differential.questions import queries, slices
from tests.differential.village import publish_village
from tests.unit.mappers.publish.triples import triples_of

NUMBERS = (XSD_INTEGER, XSD_DECIMAL, XSD_DOUBLE)
MOST_ROWS = 3000
EXAMPLES = int(os.environ.get("BYGRAF_EXAMPLES", "120"))
PLANNERS: tuple[tuple[Rule, ...], ...] = (
    RULES,
    (),
    *(tuple(rule for rule in RULES if rule is not left_out) for left_out in RULES),
)


@dataclass(frozen=True, slots=True)
class Village:
    """The published village twice: as the engine's data set, and as triples in Oxigraph."""

    dataset: Dataset
    store: ox.Store
    connection: duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    folder = tmp_path_factory.mktemp("village")
    versions = publish_village(folder)
    graphs = tuple(graph for version in versions for graph in version_graphs(version))
    store = ox.Store()
    for version in versions:
        for triple in triples_of(version):
            subject, predicate, obj = (to_ox(term) for term in triple)
            store.add(ox.Quad(subject, predicate, obj))  # type: ignore[arg-type]
    with open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1) as connection:
        yield Village(Dataset(graphs, graphs), store, connection)


def _expected(store: ox.Store, text: str, names: tuple[str, ...]) -> list[Row] | None:
    """Oxigraph's rows; None if they are too many to be of use."""
    found = store.query(text)
    assert isinstance(found, ox.QuerySolutions)
    rows: list[Row] = []
    for solution in found:
        values = (solution[name] for name in names)
        rows.append(tuple(None if value is None else to_term(value) for value in values))
        if len(rows) > MOST_ROWS:
            return None
    return rows


def _unordered(query: Query) -> Query:
    """The query without its order: Oxigraph aborts where it sorts terms that it cannot compare."""

    def without(pattern: algebra.Pattern) -> algebra.Pattern:
        match pattern:
            case algebra.Project(pattern=inner) | algebra.Distinct(pattern=inner):
                return replace(pattern, pattern=without(inner))
            case algebra.OrderBy(pattern=inner):
                return inner
            case _:
                return pattern

    return replace(query, form=replace(query.form, pattern=without(query.form.pattern)))


def _bag(rows: list[Row] | tuple[Row, ...]) -> Counter[Row]:
    return Counter(tuple(None if term is None else by_value(term) for term in row) for row in rows)


COMMON = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="BYGRAF_EXAMPLES" not in os.environ,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def _aggregates(node: object) -> Iterator[tuple[algebra.Group, algebra.Aggregate]]:
    """The aggregates of an algebra tree, each with its group, wherever it stands."""
    if isinstance(node, algebra.Group):
        yield from ((node, aggregate) for _, aggregate in node.aggregates)
    if isinstance(node, tuple):
        below = node
    elif is_dataclass(node) and not isinstance(node, type):
        below = tuple(getattr(node, field.name) for field in fields(node))
    else:
        return
    for one in below:
        yield from _aggregates(one)


def _has_extremes_of_its_own(store: ox.Store, query: Query) -> bool:
    """Whether MIN or MAX is asked of terms of several kinds, between which SPARQL has no order."""
    for grouped, aggregate in _aggregates(query.form):
        if aggregate.function not in ("MIN", "MAX"):
            continue
        assert isinstance(aggregate.argument, algebra.Variable)
        chosen = algebra.Distinct(algebra.Project(grouped.pattern, (aggregate.argument,)))
        text = print_query(Query(algebra.Select(chosen, (aggregate.argument,))))
        rows = _expected(store, text, (aggregate.argument.name,))
        if rows is None or len({_kind(row[0]) for row in rows if row[0] is not None}) > 1:
            return True
    return False


@given(query=queries())
@COMMON
def test_the_engine_and_oxigraph_agree(village: Village, query: Query) -> None:
    text = print_query(query)
    expected = _expected(village.store, print_query(_unordered(query)), selected(query))
    assume(expected is not None and not _has_extremes_of_its_own(village.store, query))
    assert expected is not None
    parsed = parse_query(text)
    other = PLANNERS[1 + crc32(text.encode()) % (len(PLANNERS) - 1)]
    for rules in (PLANNERS[0], other):
        try:
            answered = ask(parsed, village.dataset, village.connection, rules=rules)
        except QueryUnsupportedError as refused:
            # what SQL cannot express, together with what Oxigraph has another meaning of
            assert "residual path" in str(refused)
            reject()
        assert isinstance(answered.answer, Table)
        found = _bag(answered.answer.rows)
        assert found == _bag(expected), (
            f"{text}\nby the {answered.path} path, rules {[rule.__name__ for rule in rules]}\n"
            f"missing {_bag(expected) - found}\n"
            f"extra {found - _bag(expected)}"
        )


def _keys(rows: list[Row] | tuple[Row, ...]) -> list[Term | None]:
    return [None if row[0] is None else by_value(row[0]) for row in rows]


def _kind(term: Term) -> str:
    """Terms of one kind have an order that SPARQL defines."""
    if not isinstance(term, Literal):
        return type(term).__name__
    return "number" if term.datatype in NUMBERS else term.datatype + term.language


@given(drawn=slices())
@COMMON
def test_an_ordered_slice_is_a_part_of_the_whole_answer(
    village: Village, drawn: tuple[Query, int, int]
) -> None:
    query, offset, limit = drawn
    assert isinstance(query.form, algebra.Select)
    expected = _expected(village.store, print_query(_unordered(query)), selected(query))
    assume(expected is not None)
    assert expected is not None
    sliced = algebra.Slice(query.form.pattern, offset, limit)
    text = print_query(replace(query, form=replace(query.form, pattern=sliced)))
    answer = ask(parse_query(text), village.dataset, village.connection).answer
    assert isinstance(answer, Table)
    assert len(answer.rows) == len(expected[offset : offset + limit]), text
    assert _bag(answer.rows) <= _bag(expected), text
    if len({_kind(key) for key in _keys(expected) if key is not None}) == 1:
        ordered = _expected(village.store, print_query(query), selected(query))
        assert ordered is not None
        wanted = [_ordered_value(key) for key in _keys(ordered[offset : offset + limit])]
        assert [_ordered_value(key) for key in _keys(answer.rows)] == wanted, text


def _ordered_value(term: Term | None) -> object:
    """What an order goes by: numbers of any datatype by their value."""
    if isinstance(term, Literal) and term.datatype in NUMBERS:
        return float(term.lexical)
    return term
