"""Slices without an order: the same rows each time, found without reading everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from federation.planning.plan import scans
from federation.planning.translate import Dataset, Planner
from federation.solutions import Row
from federation.syntax import parse_query
from mappers.published import Version
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask, version_graphs
from tests.unit.federation.planning.harbour import BASE, publish_harbour

EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o }"


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Version, ...]:
    return publish_harbour(tmp_path_factory.mktemp("limits"))


@pytest.fixture(params=[1, 4])
def threads(
    request: pytest.FixtureRequest, versions: tuple[Version, ...]
) -> Iterator[duckdb.DuckDBPyConnection]:
    home = Path(versions[0].folder).parents[4]
    with open_duckdb(
        readable=(home,), spill=None, memory_mb=500, threads=request.param
    ) as connection:
        yield connection


def dataset(*versions: Version) -> Dataset:
    graphs = tuple(graph for version in versions for graph in version_graphs(version))
    return Dataset(graphs, graphs)


def rows(text: str, found: Dataset, connection: duckdb.DuckDBPyConnection) -> tuple[Row, ...]:
    answer = ask(parse_query(text), found, connection).answer
    assert isinstance(answer, Table)
    return answer.rows


def test_only_the_relations_that_are_needed_are_read(versions: tuple[Version, ...]) -> None:
    found = dataset(*versions)
    plan = Planner(found, found.default).plan(parse_query(f"{EVERYTHING} LIMIT 4").form.pattern)
    assert [scan.table.relation.rows for scan in scans(plan)] == [2, 2]


def test_a_slice_is_a_part_of_the_longer_one(
    versions: tuple[Version, ...], threads: duckdb.DuckDBPyConnection
) -> None:
    found = dataset(*versions)
    everything = rows(f"{EVERYTHING} LIMIT 1000", found, threads)
    assert len(set(everything)) == len(everything) == len(rows(EVERYTHING, found, threads))
    for offset, limit in ((0, 3), (2, 5), (40, 10), (len(everything), 1), (0, 0)):
        sliced = rows(f"{EVERYTHING} OFFSET {offset} LIMIT {limit}", found, threads)
        assert sliced == everything[offset : offset + limit]


@pytest.mark.parametrize("limit", [1, 7, 60])
def test_the_order_of_silos_does_not_matter(
    versions: tuple[Version, ...], threads: duckdb.DuckDBPyConnection, limit: int
) -> None:
    text = f"{EVERYTHING} LIMIT {limit}"
    assert rows(text, dataset(*versions), threads) == rows(text, dataset(*versions[::-1]), threads)


def test_a_slice_within_a_graph_is_the_same_whatever_other_graphs_there_are(
    versions: tuple[Version, ...], threads: duckdb.DuckDBPyConnection
) -> None:
    text = f"SELECT * {{ GRAPH <{BASE}graph/port> {{ ?s ?p ?o }} }} LIMIT 9"
    assert rows(text, dataset(*versions), threads) == rows(text, dataset(versions[1]), threads)
