"""The W3C test suites of SPARQL 1.0 and 1.1 queries, through the engine's own path.

Each test is planned, written as SQL and run by DuckDB over the triples as published; what SQL cannot
express takes the residual path. A test that is expected to fail and passes fails the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal as OneOf

import duckdb
import pytest

from federation.algebra import Query
from federation.dataset import dataset_of
from federation.planning.translate import Dataset
from federation.view import Caller, View, ViewGraph
from tests.asking import Answered, ask, graph_of
from tests.conformance.same_results import is_ordered, same
from tests.conformance.w3c_query import Case, cases, read_triples

pytestmark = pytest.mark.suites

LISTED = Path(__file__).parent / "sparql_query_tests.txt"
NAMES = tuple(LISTED.read_text().split())
DEFAULT = "urn:x-default"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a test is expected to fail; `never`: we hold it to be wrong, or not for us."""

    kind: OneOf["notimpl", "notyet", "never"]
    reason: str


EXPECTED_FAILURES = {
    "sparql10/optional-filter/dawg-optional-filter-005-simplified": Failure(
        "never",
        "the filter stands in a group of its own and does not see ?title (SPARQL 1.1, 18.2.2.6); the"
        " suite's result `not-simplified` holds that too, and Oxigraph answers so",
    ),
    "sparql10/open-world/date-2": Failure(
        "never",
        "an xsd:dateTime and an xsd:date are two literals that no operator compares, which is a type"
        " error (SPARQL 1.1, 17.4.1.7); Oxigraph answers the same",
    ),
}


@pytest.fixture(scope="module")
def found_cases(suites: Path) -> dict[str, Case]:
    return cases(suites)


def test_every_test_of_the_suite_is_run(found_cases: dict[str, Case]) -> None:
    assert sorted(found_cases) == sorted(NAMES)
    assert set(EXPECTED_FAILURES) <= set(NAMES)


def _dataset(case: Case, query: Query, folder: Path) -> Dataset:
    """The data set of a test: its files, or those that the query names by FROM."""

    def graph(iri: str, *files: Path) -> ViewGraph:
        number = sum(1 for _ in folder.iterdir())
        triples = tuple(
            triple
            for place, file in enumerate(files)
            for triple in read_triples(file, f"g{number}f{place}")
        )
        return graph_of(iri, triples, folder / str(number), f"silo{number}")

    if not query.dataset.stated:
        named = tuple(graph(iri, file) for iri, file in case.graphs)
        return Dataset((graph(DEFAULT, *case.data),), named)
    iris = {iri.value for iri in (*query.dataset.default, *query.dataset.named)}
    files = {iri: Path(iri.removeprefix("file://")) for iri in sorted(iris)}
    graphs = tuple(graph(iri, file) for iri, file in files.items())
    return dataset_of(View(Caller("public"), None, graphs), query.dataset)


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_one_expected(
    name: str,
    found_cases: dict[str, Case],
    duck: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    case = found_cases[name]
    query = case.parsed()
    answered = ask(query, _dataset(case, query, tmp_path), duck)
    right = same(answered.answer, case.expected(), ordered=is_ordered(query))
    failure = EXPECTED_FAILURES.get(name)
    record_property("sparql", "expected failure" if failure else f"{answered.path} path")
    if failure is not None:
        assert not right, f"{name} passes now: take it off the expected failures"
        pytest.xfail(f"{failure.kind}: {failure.reason}")
    assert right, _difference(case, answered)


def _difference(case: Case, answered: Answered) -> str:
    return (
        f"{case.query.read_text()}\nexpected {case.expected()}\nfound by the {answered.path} path"
        f" {answered.reason}\n{answered.answer}"
    )
