"""The village of the differential tests, published once for the unit tests of planning."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from federation.planning.translate import Dataset
from mappers.worker.duck import open_duckdb
from tests.asking import version_graphs
from tests.differential.village import publish_village


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """The data set of all graphs of the village."""
    versions = publish_village(tmp_path_factory.mktemp("village"))
    graphs = tuple(graph for version in versions for graph in version_graphs(version))
    return Dataset(graphs, graphs)


@pytest.fixture(scope="session")
def duck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB as the workers open it."""
    folder = tmp_path_factory.getbasetemp()
    with open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1) as connection:
        yield connection
