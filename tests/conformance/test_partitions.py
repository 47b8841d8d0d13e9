"""An answer does not depend on which silo holds which triple.

Tests of the W3C suites are run again over their data split in two silos, triple by triple, with
about three in ten triples in both.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import duckdb
import pytest

from federation.planning.translate import Dataset
from mappers.rdf import BlankNode, Triple
from tests.asking import ask, graph_of
from tests.conformance.same_results import is_ordered, same
from tests.conformance.test_sparql_query import EXPECTED_FAILURES
from tests.conformance.w3c_query import Case, cases, read_triples

pytestmark = pytest.mark.suites

PARTS = 4
MOST = 90


def _draw(triple: Triple, salt: str) -> int:
    """A number below 100 that a triple always gets."""
    return int(sha256((salt + " ".join(map(str, triple))).encode()).hexdigest(), 16) % 100


def _split(triples: tuple[Triple, ...]) -> tuple[tuple[Triple, ...], tuple[Triple, ...]]:
    copied = {triple for triple in triples if _draw(triple, "copied") < 30}
    left = {triple for triple in triples if _draw(triple, "side") < 50}
    return (
        tuple(triple for triple in triples if triple in left or triple in copied),
        tuple(triple for triple in triples if triple not in left or triple in copied),
    )


def _triples(case: Case) -> tuple[Triple, ...]:
    return tuple(triple for file in case.data for triple in read_triples(file, "b"))


def _is_splittable(case: Case) -> bool:
    """One default graph of IRIs and literals, and a query over nothing else."""
    if case.graphs or not case.data or case.name in EXPECTED_FAILURES:
        return False
    if case.parsed().dataset.stated:
        return False
    triples = _triples(case)
    return len(triples) > 1 and not any(
        isinstance(term, BlankNode) for triple in triples for term in triple
    )


def _sample(suites: Path) -> list[Case]:
    """Tests from all over the suites, those of a folder in turn."""
    found = [case for case in cases(suites).values() if _is_splittable(case)]
    step = max(1, len(found) // MOST)
    return found[::step]


@pytest.mark.parametrize("part", range(PARTS))
def test_an_answer_is_the_same_over_any_partition(
    part: int, suites: Path, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    sample = _sample(suites)
    assert len(sample) >= 80
    for number, case in enumerate(sample[part::PARTS]):
        left, right = _split(_triples(case))
        graphs = (
            graph_of("urn:graph:left", left, tmp_path / f"{number}l", "left"),
            graph_of("urn:graph:right", right, tmp_path / f"{number}r", "right"),
        )
        query = case.parsed()
        answered = ask(query, Dataset(graphs, graphs), duck)
        ordered = is_ordered(query)
        assert same(answered.answer, case.expected(), ordered=ordered), (
            f"{case.name} over the {answered.path} path\n{case.query.read_text()}\n"
            f"left {left}\nright {right}\nexpected {case.expected()}\nfound {answered.answer}"
        )
