"""SUM and AVG are exact, whatever the order of rows; BNODE is of one solution."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal, localcontext
from pathlib import Path

import duckdb
import pytest

from federation.planning.translate import Dataset
from federation.syntax import parse_query
from mappers.rdf import XSD, BlankNode, Literal
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask

HEAD = f"PREFIX xsd: <{XSD}> "


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder: Path = tmp_path_factory.mktemp("empty")
    return open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=2)


def rows_of(query: str, connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    answered = ask(parse_query(HEAD + query), Dataset((), ()), connection)
    assert answered.path == "sql", answered.reason
    assert isinstance(answered.answer, Table)
    return list(answered.answer.rows)


def literal(query: str, connection: duckdb.DuckDBPyConnection) -> Literal | None:
    ((value,),) = rows_of(query, connection)
    assert value is None or isinstance(value, Literal)
    return value


def aggregated(
    function: str, values: Sequence[str], connection: duckdb.DuckDBPyConnection
) -> Literal | None:
    text = " ".join(values)
    return literal(f"SELECT ({function} AS ?x) {{ VALUES ?v {{ {text} }} }}", connection)


@pytest.mark.parametrize("kind", ["one", "mixed"])
@pytest.mark.parametrize("seed", range(6))
def test_a_sum_of_doubles_is_the_exact_sum_rounded_in_any_order(
    connection: duckdb.DuckDBPyConnection, seed: int, kind: str
) -> None:
    numbers = random.Random(seed)
    values = [numbers.uniform(-1, 1) * 10 ** numbers.randint(-9, 9) for _ in range(60)]
    texts = [f'"{value!r}"^^xsd:double' for value in values] + (["0"] if kind == "mixed" else [])
    found = aggregated("SUM(?v)", texts, connection)
    numbers.shuffle(texts)
    assert aggregated("SUM(?v)", texts, connection) == found
    assert found is not None and found.datatype == XSD + "double"
    exact = math.fsum(values)
    assert abs(float(found.lexical) - exact) <= 2 * math.ulp(exact)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (['"INF"^^xsd:double', "1e0"], "INF"),
        (['"INF"^^xsd:double', '"-INF"^^xsd:double'], "NaN"),
        (['"NaN"^^xsd:double', "1e0"], "NaN"),
        (["1e300", "1e300"], "2.0E300"),
        (["1e-300", "1e-300"], "2.0E-300"),
        (["1e308", "1e308"], "INF"),
    ],
)
def test_a_sum_of_the_largest_and_smallest_doubles(
    connection: duckdb.DuckDBPyConnection, values: list[str], expected: str
) -> None:
    found = aggregated("SUM(?v)", values, connection)
    assert found is not None and found.lexical == expected


@pytest.mark.parametrize("digits", [0, 3, 15])
def test_a_mean_of_exact_numbers_is_cut_off_after_eighteen_digits(
    connection: duckdb.DuckDBPyConnection, digits: int
) -> None:
    numbers = random.Random(digits)
    values = [Decimal(numbers.randint(-(10**15), 10**15)).scaleb(-digits) for _ in range(7)]
    texts = [f'"{value:f}"^^xsd:decimal' for value in values]
    if digits == 0:
        texts = [f"{value:f}" for value in values]
    found = aggregated("AVG(?v)", texts, connection)
    with localcontext() as exact:
        exact.prec = 60
        mean = (sum(values) / len(values)).quantize(Decimal(1).scaleb(-18), ROUND_DOWN)
    assert found is not None and found.datatype == XSD + "decimal"
    assert Decimal(found.lexical) == mean


LARGEST = str(2**127 - 1)


@pytest.mark.parametrize("function", ["SUM(?v)", "SUM(DISTINCT ?v)", "AVG(?v)"])
@pytest.mark.parametrize(
    "values",
    [
        [LARGEST, str(2**127 - 2)],
        ["99999999999999999999.5", "99999999999999999999.25"],
        [LARGEST, str(2**127 - 2), "0.5"],
    ],
)
def test_a_sum_beyond_what_is_computed_with_is_an_error(
    connection: duckdb.DuckDBPyConnection, function: str, values: list[str]
) -> None:
    assert aggregated(function, values, connection) is None


def test_a_sum_of_64_bit_integers_may_be_larger(connection: duckdb.DuckDBPyConnection) -> None:
    found = aggregated("SUM(?v)", [str(2**63 - 1), str(2**63 - 1)], connection)
    assert found is not None and found.lexical == str(2**64 - 2)


@pytest.mark.parametrize(
    ("function", "values", "expected"),
    [
        # a term counts once, and equal values of two datatypes are two terms
        ("SUM(DISTINCT ?v)", ["1", "1", "1.0", "2"], Decimal(4)),
        ("SUM(DISTINCT ?v)", ["1", "1", "2"], Decimal(3)),
        ("AVG(DISTINCT ?v)", ["1", "1", "1.0", "2.5"], Decimal("1.5")),
        ("SUM(DISTINCT ?v)", ["1", "'x'"], None),
        ("SUM(DISTINCT ?v)", ["1", "UNDEF"], None),
        ("SUM(?v)", ["1", "<http://e.example/>"], None),
        ("AVG(?v)", ["1.5", "UNDEF"], None),
    ],
)
def test_distinct_is_of_terms_and_an_error_spoils_the_sum(
    connection: duckdb.DuckDBPyConnection,
    function: str,
    values: list[str],
    expected: Decimal | None,
) -> None:
    found = aggregated(function, values, connection)
    assert (None if found is None else Decimal(found.lexical)) == expected


def test_a_text_gives_one_node_within_a_solution_and_another_in_the_next(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """SPARQL 1.1, 17.4.2.9."""
    found = rows_of(
        "SELECT ?a ?b ?c ?d { VALUES ?v { 1 2 3 } BIND(BNODE('x') AS ?a) BIND(BNODE('x') AS ?b)"
        " BIND(BNODE('y') AS ?c) BIND(BNODE() AS ?d) }",
        connection,
    )
    assert all(isinstance(term, BlankNode) for row in found for term in row)
    assert all(row[0] == row[1] for row in found)
    assert len({term for row in found for term in row}) == 9


def test_groups_that_are_joined_share_no_node(connection: duckdb.DuckDBPyConnection) -> None:
    query = "{ BIND(BNODE('x') AS ?a) } { BIND(BNODE('x') AS ?b) }"
    assert len(rows_of(f"SELECT * {{ {query} FILTER(?a != ?b) }}", connection)) == 1
    assert rows_of(f"SELECT * {{ {query} FILTER(?a = ?b) }}", connection) == []


def test_the_order_of_distinct_solutions_may_read_what_is_not_selected(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    data = "VALUES (?x ?y) { ('a' 5) ('b' 3) ('a' 2) ('c' 9) ('b' 8) }"
    texts = [
        [one.lexical for (one,) in rows_of(query, connection) if isinstance(one, Literal)]
        for query in (
            f"SELECT DISTINCT ?x {{ {data} }} ORDER BY ?y",
            f"SELECT DISTINCT ?x {{ {data} }} ORDER BY DESC(?y)",
            f"SELECT DISTINCT ?x {{ {data} }} ORDER BY DESC(?y) OFFSET 1 LIMIT 1",
        )
    ]
    assert texts == [["a", "b", "c"], ["c", "b", "a"], ["b"]]


def test_exists_can_be_counted_and_ordered_by(connection: duckdb.DuckDBPyConnection) -> None:
    data = "VALUES ?v { 1 2 3 4 }"
    exists = "EXISTS { VALUES ?v { 2 4 } }"
    found = literal(f"SELECT (SUM(IF({exists}, ?v, 0)) AS ?x) {{ {data} }}", connection)
    assert found is not None and found.lexical == "6"
    rows = rows_of(f"SELECT ?v {{ {data} }} ORDER BY {exists} ?v", connection)
    assert [one.lexical for (one,) in rows if isinstance(one, Literal)] == ["1", "3", "2", "4"]
