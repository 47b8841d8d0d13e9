"""The conformance page says what the lists of tests and exceptions say, and EARL covers each test."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from mappers.rdf import RDF_TYPE
from tests.conformance.earl import EARL, earl
from tests.conformance.exceptions import exceptions, left_out
from tests.conformance.manifests import all_tests
from tests.conformance.outcomes import Evaluated, Outcomes, Partitioned, folder_of
from tests.conformance.partitions import SPLITS
from tests.conformance.report import PAGE, exception_rows, page, split_shape, table
from tests.conformance.test_sparql_query import NAMES
from tests.conformance.test_sparql_syntax import COUNTS

HEAD = ("kind", "where", "tests", "reason", "names")


@pytest.fixture(scope="module")
def committed() -> str:
    return PAGE.read_text(encoding="utf-8")


def _rows(text: str, first: str) -> dict[str, list[str]]:
    """The cells of the table of a Markdown page whose first column has this head."""
    lines = text.splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith(f"| {first} |"))
    found: dict[str, list[str]] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        found[name] = cells
    return found


def test_the_page_lists_exactly_the_exceptions(committed: str) -> None:
    assert table(HEAD, exception_rows()) in committed


def test_the_page_counts_every_listed_test_in_its_folder(committed: str) -> None:
    listed = Counter(map(folder_of, NAMES))
    expected = Counter(map(folder_of, exceptions("evaluation")))
    rows = _rows(committed, "folder")
    assert rows.keys() == listed.keys() | {"all"}
    for folder, number in (*listed.items(), ("all", len(NAMES))):
        tests, sql, residual, as_listed, wrong = map(int, rows[folder])
        assert tests == number == sql + residual + as_listed + wrong
        assert as_listed == (expected.total() if folder == "all" else expected[folder])
        assert wrong == 0


def test_the_page_has_every_split_with_no_more_differences_than_are_listed(committed: str) -> None:
    rows = _rows(committed, "split")
    assert list(rows) == list(
        dict.fromkeys(split_shape(split.silos, split.by, split.copied) for split in SPLITS)
    )
    for cells in rows.values():
        for cell in cells:
            agreed, runs = map(int, cell.split(" of "))
            assert runs > 0
            assert runs - agreed <= len(exceptions("splits"))


def _outcomes() -> Outcomes:
    """A run in which one test is wrong, one differs over a split and one syntax test fails."""
    queries = {name: Evaluated("passed", "sql", "") for name in NAMES}
    queries["sparql10/ask/ask-1"] = Evaluated("failed", "sql", "")
    queries["sparql10/ask/ask-4"] = Evaluated("passed", "residual", "some reason")
    agreed = {str(split): place > 0 for place, split in enumerate(SPLITS)}
    splits = {"sparql10/ask/ask-7": Partitioned(agreed, typed=True)}
    return Outcomes(queries, splits, {"sparql10/syntax-sparql1/syntax-basic-01": False})


@pytest.mark.suites
def test_a_page_tells_what_went_wrong(suites: Path) -> None:
    text = page(_outcomes(), all_tests(suites, "sparql10", "sparql11"))
    assert _rows(text, "folder")["sparql10/ask"] == ["4", "2", "1", "0", "1"]
    assert _rows(text, "why the residual path")["some reason"] == ["`sparql10/ask/ask-4`"]
    assert _rows(text, "split")["2 silos by triple, 0 % copied"][0] == "0 of 1"
    assert f"1 tests, {len(SPLITS)} runs, of which {len(SPLITS) - 1} agree" in text
    assert "0 of 1 tests pass" in text


@pytest.mark.suites
def test_earl_has_one_assertion_for_each_test(suites: Path) -> None:
    tests = list(all_tests(suites, "sparql10", "sparql11"))
    store = ox.Store()
    store.load(earl(_outcomes(), tests), format=ox.RdfFormat.TURTLE)
    rows = store.query(
        f"PREFIX earl: <{EARL}> SELECT ?test ?outcome {{ ?a a earl:Assertion ; earl:test ?test ;"
        " earl:subject/a earl:Software ; earl:assertedBy/a earl:Assertor ;"
        " earl:result/earl:outcome ?outcome }"
    )
    assert isinstance(rows, ox.QuerySolutions)
    found = Counter((row["test"].value, row["outcome"].value.removeprefix(EARL)) for row in rows)
    assert sorted(iri for iri, _ in found) == sorted(test.iri for test in tests)
    assert set(found.values()) == {1}
    by_name = {test.name: test.iri for test in tests}
    for name, outcome in (
        ("sparql10/ask/ask-1", "failed"),
        ("sparql10/ask/ask-7", "passed"),
        ("sparql10/syntax-sparql1/syntax-basic-01", "failed"),
        ("sparql11/service/service1", "untested"),
        ("sparql11/add/add01", "untested"),
    ):
        assert (by_name[name], outcome) in found, name
    kinds = store.quads_for_pattern(None, ox.NamedNode(RDF_TYPE), ox.NamedNode(EARL + "Assertion"))
    assert len(list(kinds)) == len(tests)


@pytest.mark.suites
def test_every_test_of_the_suites_is_run_or_left_out_for_a_reason(suites: Path) -> None:
    syntax = {kind for _, kind in COUNTS if "Syntax" in kind}
    reasons = {one.test_kind for one in left_out()}
    for test in all_tests(suites, "sparql10", "sparql11"):
        assert (
            test.name in NAMES
            or test.name in exceptions("not run")
            or test.kind in syntax
            or test.kind in reasons
        ), test
