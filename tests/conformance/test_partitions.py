"""An answer does not depend on which silo holds which triple, nor on how the silo keeps it.

Each test of the W3C suites is run again with its default graph split over silos in every way that
`partitions.SPLITS` has; in a run of all tests, in one way of them, drawn by the name of the test.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import duckdb
import pytest

from federation.planning.translate import Dataset
from federation.syntax import parse_query
from mappers.published import NATIVE_TYPES, ColumnTerm
from mappers.rdf import BlankNode, Iri, Literal, Triple
from tests.asking import Table, ask
from tests.conformance.datasets import default_triples, split
from tests.conformance.exceptions import exceptions
from tests.conformance.formats import same_csv, written
from tests.conformance.partitions import COPIED, SPLITS, Split, divide, draw, members
from tests.conformance.same_results import is_ordered, same
from tests.conformance.test_sparql_query import NAMES
from tests.conformance.w3c_query import Case, cases

pytestmark = pytest.mark.suites

SPLIT_NAMES = tuple(name for name in NAMES if name not in exceptions("evaluation"))
LEAST_TYPED = 150
"""So many tests, at least, are to run over columns of native types."""


@pytest.fixture(scope="module")
def found_cases(suites: Path) -> dict[str, Case]:
    return cases(suites)


@pytest.mark.every_split
@pytest.mark.parametrize("name", SPLIT_NAMES)
def test_an_answer_is_the_same_over_every_partition(
    name: str,
    found_cases: dict[str, Case],
    duck: duckdb.DuckDBPyConnection,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    case = found_cases[name]
    if not default_triples(case, case.parsed()):
        record_property("splits", (name, {}, False))
        pytest.skip("its default graph is empty")
    outcomes, typed = _outcomes(case, SPLITS, duck, tmp_path)
    record_property("splits", (name, {how: not wrong for how, wrong in outcomes.items()}, typed))
    differing = [wrong for wrong in outcomes.values() if wrong]
    listed = exceptions("splits").get(name)
    if listed is not None:
        assert differing, f"{name} passes now over every split: take it off the exceptions"
        pytest.xfail(f"{listed.kind}: {listed.reason}")
    assert not differing, f"{len(differing)} of {len(outcomes)} splits differ\n{differing[0]}"


@pytest.mark.parametrize("name", SPLIT_NAMES)
def test_an_answer_is_the_same_over_a_partition(
    name: str, found_cases: dict[str, Case], duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    case = found_cases[name]
    if not default_triples(case, case.parsed()):
        pytest.skip("its default graph is empty")
    if name in exceptions("splits"):
        pytest.skip("it differs over some of the splits, as is listed")
    (wrong,) = _outcomes(case, [SPLITS[draw(name) % len(SPLITS)]], duck, tmp_path)[0].values()
    assert not wrong, wrong


def test_enough_tests_run_over_native_columns(
    found_cases: dict[str, Case], duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    how = Split(2, "subject", 0, "mapped")
    typed = 0
    for number, name in enumerate(SPLIT_NAMES):
        case = found_cases[name]
        if default_triples(case, case.parsed()):
            folder = tmp_path / str(number)
            typed += _is_typed(split(case, case.parsed(), how, folder, duck))
            shutil.rmtree(folder)
    assert typed >= LEAST_TYPED


def _outcomes(
    case: Case, splits: Iterable[Split], duck: duckdb.DuckDBPyConnection, folder: Path
) -> tuple[dict[str, str], bool]:
    """What is wrong over each split, if anything, and whether some silo has native columns."""
    query = case.parsed()
    expected = None if case.is_csv else case.expected()
    found: dict[str, str] = {}
    typed = False
    for number, how in enumerate(splits):
        dataset = split(case, query, how, folder / str(number), duck)
        typed = typed or _is_typed(dataset)
        answered = ask(query, dataset, duck)
        if expected is None:
            right = same_csv(written(answered.answer, query, "csv"), case.result)
        else:
            right = same(answered.answer, expected, ordered=is_ordered(query))
        found[str(how)] = (
            ""
            if right
            else (
                f"{case.name}, {how}, by the {answered.path} path\n{case.query.read_text()}\n"
                f"{_shown(dataset)}\nexpected {expected}\nfound {answered.answer}"
            )
        )
    shutil.rmtree(folder)
    folder.mkdir()
    return found, typed


def _is_typed(dataset: Dataset) -> bool:
    """Whether some silo has a column of a native type."""
    return any(
        isinstance(rule.object, ColumnTerm) and rule.object.datatype in NATIVE_TYPES
        for graph in dataset.default
        for rule in graph.rules
    )


def _shown(dataset: Dataset) -> str:
    lines = [
        f"{graph.silo}.{rule.relation}: {rule.subject} {rule.predicate} {rule.object}"
        for graph in dataset.default
        for rule in graph.rules
    ]
    return "\n".join(lines)


EVERYTHING = parse_query("SELECT ?s ?p ?o { ?s ?p ?o }")
XSD = "http://www.w3.org/2001/XMLSchema#"


def _sample() -> tuple[Triple, ...]:
    """Things with typed properties, some of them missing, some several times, and blank nodes."""
    ns = "http://example.org/"
    values = (
        Literal("1", XSD + "integer"),
        Literal("2.5", XSD + "decimal"),
        Literal("1.5E0", XSD + "double"),
        Literal("true", XSD + "boolean"),
        Literal("2020-01-31", XSD + "date"),
        Literal("2020-01-31T10:00:00.5", XSD + "dateTime"),
        Literal("2020-01-31T10:00:00Z", XSD + "dateTime"),
        Literal("01", XSD + "integer"),
        Literal("x", XSD + "integer"),
        Literal("Haus", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "de"),
        Literal("Haus"),
        Iri(ns + "a/b#c"),
        BlankNode("b1"),
    )
    found = [
        Triple(Iri(f"{ns}thing/{number}"), Iri(f"{ns}p{(number * step) % 4}"), value)
        for number, value in enumerate(values * 3)
        for step in (1, 3)
    ]
    found += [
        Triple(BlankNode(f"b{number}"), Iri(ns + "next"), BlankNode(f"b{number + 1}"))
        for number in (1, 2, 5)
    ]
    return tuple(dict.fromkeys(found))


@pytest.mark.parametrize("how", SPLITS, ids=str)
def test_silos_together_say_what_was_split(
    how: Split, duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    for salt in range(4):
        graphs = members(_sample(), how, tmp_path / str(salt), str(salt), duck)
        answer = ask(EVERYTHING, Dataset(graphs, ()), duck).answer
        expected = Table(("s", "p", "o"), tuple(_sample()))
        assert same(answer, expected, ordered=False)
        assert isinstance(answer, Table)
        literals = {row[2] for row in answer.rows if isinstance(row[2], Literal)}
        assert literals == {one.object for one in _sample() if isinstance(one.object, Literal)}


@pytest.mark.parametrize("how", SPLITS[::3], ids=str)
def test_a_split_leaves_no_triple_out_and_no_blank_node_in_two_silos(how: Split) -> None:
    parts = divide(_sample(), how)
    assert len(parts) == how.silos
    assert all(parts)
    assert {triple for part in parts for triple in part} == set(_sample())
    blank = [
        {term for one in part for term in one if isinstance(term, BlankNode)} for part in parts
    ]
    assert sum(map(len, blank)) == len(set().union(*blank))
    whole = [t for t in _sample() if not any(isinstance(term, BlankNode) for term in t)]
    copies = sum(map(len, parts)) - len(_sample())
    assert copies == (-(-len(whole) * COPIED // 100) if how.copied else 0)
