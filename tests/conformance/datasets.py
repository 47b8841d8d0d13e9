"""The data set of a test of the query suites, as the engine sees it: whole, or split over silos."""

from __future__ import annotations

from pathlib import Path

import duckdb

from federation.algebra import Query
from federation.dataset import dataset_of
from federation.planning.translate import Dataset
from federation.view import Caller, View, ViewGraph
from mappers.rdf import Triple
from tests.asking import graph_of
from tests.conformance.partitions import Split, members
from tests.conformance.w3c_query import Case, read_triples

DEFAULT = "urn:x-default"


def whole(case: Case, query: Query, folder: Path) -> Dataset:
    """The files of a test, or those that the query names by FROM, each graph in a silo."""

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
    graphs = tuple(graph(iri, _file(iri)) for iri in sorted(iris))
    return dataset_of(View(Caller("public"), None, graphs), query.dataset)


def default_triples(case: Case, query: Query) -> tuple[Triple, ...]:
    """The triples of the default graph, which may be split; each only once."""
    files = case.data
    if query.dataset.stated:
        files = tuple(_file(iri.value) for iri in query.dataset.default)
    return tuple(
        dict.fromkeys(
            triple for place, file in enumerate(files) for triple in read_triples(file, f"f{place}")
        )
    )


def split(
    case: Case, query: Query, how: Split, folder: Path, duck: duckdb.DuckDBPyConnection
) -> Dataset:
    """The default graph over several silos; each named graph is whole, in a silo of its own."""
    named = case.graphs
    if query.dataset.stated:
        named = tuple((iri.value, _file(iri.value)) for iri in query.dataset.named)
    graphs = tuple(
        graph_of(iri, read_triples(file, f"n{place}"), folder / f"named{place}", f"named{place}")
        for place, (iri, file) in enumerate(named)
    )
    parts = members(default_triples(case, query), how, folder, f"{case.name} {how}", duck)
    return Dataset(parts, graphs)


def _file(iri: str) -> Path:
    return Path(iri.removeprefix("file://"))
