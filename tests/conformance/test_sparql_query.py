"""The W3C test suites of SPARQL 1.0 and 1.1 queries, through the engine's own path.

Each test is planned, written as SQL and run by DuckDB over the triples as published; what SQL cannot
express takes the residual path. The answer is compared as it comes and as each serialiser writes it.
A test that is expected to fail and passes fails the run.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from federation.algebra import Query
from tests.asking import Answered, ask
from tests.conformance.datasets import whole
from tests.conformance.exceptions import all_exceptions, exceptions
from tests.conformance.formats import read_back, same_csv, written
from tests.conformance.manifests import entries
from tests.conformance.same_results import is_ordered, same
from tests.conformance.w3c_query import Case, cases

pytestmark = pytest.mark.suites

LISTED = Path(__file__).parent / "sparql_query_tests.txt"
NAMES = tuple(LISTED.read_text().split())


@pytest.fixture(scope="module")
def found_cases(suites: Path) -> dict[str, Case]:
    return cases(suites)


def test_every_test_of_the_suite_is_run(found_cases: dict[str, Case]) -> None:
    assert sorted(found_cases) == sorted(NAMES)


def test_every_test_that_is_not_run_is_listed(suites: Path) -> None:
    asked = [
        entry
        for entry in entries(suites, "sparql10", "sparql11")
        if entry.kind in ("QueryEvaluationTest", "CSVResultFormatTest")
    ]
    assert {entry.name for entry in asked} - set(NAMES) == set(exceptions("not run"))
    assert {entry.name for entry in asked} >= set(NAMES)


def test_an_exception_is_listed_once_and_names_a_test() -> None:
    listed = [exception.test for exception in all_exceptions()]
    assert len(listed) == len(set(listed))
    assert set(listed) - set(NAMES) == set(exceptions("not run"))


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
    answered = ask(query, whole(case, query, tmp_path), duck)
    record_property("sparql", (name, answered.path, answered.reason))
    wrong = _wrong(case, query, answered)
    listed = exceptions("evaluation").get(name)
    if listed is not None:
        assert wrong, f"{name} passes now: take it off the exceptions"
        pytest.xfail(f"{listed.kind}: {listed.reason}")
    assert not wrong, wrong


def _wrong(case: Case, query: Query, answered: Answered) -> str:
    """What is wrong with an answer, or nothing."""
    if case.is_csv:
        text = written(answered.answer, query, "csv")
        return "" if same_csv(text, case.result) else f"{case.result.read_text()}\nfound\n{text!r}"
    expected, ordered = case.expected(), is_ordered(query)
    found = {"as it comes": answered.answer, **dict(read_back(answered.answer, query))}
    for how, answer in found.items():
        if not same(answer, expected, ordered=ordered):
            return (
                f"{case.query.read_text()}\nexpected {expected}\nfound by the {answered.path} path"
                f" {answered.reason}, {how}\n{answer}"
            )
    return ""
