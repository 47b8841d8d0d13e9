"""A query printed from its algebra gives the answer of the query as it was written."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from federation.printing import print_query
from federation.syntax import parse_query
from tests.conformance.manifests import Entry, entries

pytestmark = pytest.mark.suites

NOT_READ_BY_OXIGRAPH = frozenset(("case-insensitive-booleans.rq",))
"""Queries that the engine does not read even as they are written."""

Answer = bool | tuple[list[str], list[str]] | list[str]


def _answer(store: ox.Store, text: str, base: str) -> Answer:
    result = store.query(text, base_iri=base)
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    if isinstance(result, ox.QuerySolutions):
        names = sorted(variable.value for variable in result.variables)
        rows = [tuple(_shown(solution[name]) for name in names) for solution in result]
        return names, sorted(map(str, rows))
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in result)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(map(str, dataset))


def _shown(term: object | None) -> str:
    """A term as text; blank nodes are alike, as their labels differ from run to run."""
    return "[]" if isinstance(term, ox.BlankNode) else str(term)


def _store(entry: Entry) -> ox.Store:
    store = ox.Store()
    for path in entry.data:
        store.load(path=str(path), base_iri=path.as_uri())
    for path in entry.graphs:
        store.load(path=str(path), base_iri=path.as_uri(), to_graph=ox.NamedNode(path.as_uri()))
    return store


@pytest.mark.parametrize(("version", "least"), [("sparql10", 280), ("sparql11", 300)])
def test_printed_queries_answer_as_their_originals(suites: Path, version: str, least: int) -> None:
    compared = 0
    for entry in entries(suites, version):
        if (
            entry.kind != "QueryEvaluationTest"
            or "SERVICE" in entry.text
            or entry.query.name in NOT_READ_BY_OXIGRAPH
        ):
            continue
        base = entry.query.as_uri()
        printed = print_query(parse_query(entry.text, base=base))
        store = _store(entry)
        assert _answer(store, printed, base) == _answer(store, entry.text, base), (
            f"{entry.query}\n{entry.text}\n{printed}"
        )
        compared += 1
    assert compared >= least


def test_what_is_printed_reads_back_to_what_prints_the_same(suites: Path) -> None:
    for entry in entries(suites, "sparql10", "sparql11"):
        if entry.kind not in ("PositiveSyntaxTest", "PositiveSyntaxTest11", "QueryEvaluationTest"):
            continue
        first = print_query(parse_query(entry.text, base=entry.query.as_uri()))
        second = print_query(parse_query(first))
        assert print_query(parse_query(second)) == second, f"{entry.query}\n{first}\n{second}"
