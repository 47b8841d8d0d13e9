"""Blank nodes whose labels no RDF syntax allows go through the residual path and back."""

from __future__ import annotations

from pathlib import Path

from federation.planning.translate import Dataset
from federation.syntax import parse_query
from mappers.rdf import BlankNode, Iri, Literal, Triple
from mappers.worker.duck import open_duckdb
from tests.asking import Table, ask, graph_of

LABELS = ("a%20b", "point.", "é-1", "", "-", "h", "two words", '">', "\n", "0", "g:h")
TRIPLES = tuple(
    Triple(BlankNode(label), Iri("http://e/p"), Literal(str(number)))
    for number, label in enumerate(LABELS)
)
# SQL cannot say an OPTIONAL within EXISTS that binds a variable of outside
RESIDUAL = "?s <http://e/p> ?v FILTER EXISTS { ?s <http://e/p> ?w OPTIONAL { ?x <http://e/p> ?v } }"


def _answer(query: str, folder: Path) -> object:
    graphs = (graph_of("urn:g", TRIPLES, folder / "silo", "silo"),)
    with open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1) as duck:
        answered = ask(parse_query(query), Dataset(graphs, graphs), duck)
    assert answered.path == "residual"
    return answered.answer


def test_solutions_have_the_labels_of_the_data(tmp_path: Path) -> None:
    answer = _answer(f"SELECT ?s ?v {{ {RESIDUAL} }}", tmp_path)
    assert isinstance(answer, Table)
    assert sorted(answer.rows, key=str) == sorted(((t[0], t[2]) for t in TRIPLES), key=str)


def test_constructed_triples_have_the_labels_of_the_data(tmp_path: Path) -> None:
    answer = _answer(f"CONSTRUCT {{ ?s <http://e/p> ?v }} WHERE {{ {RESIDUAL} }}", tmp_path)
    assert isinstance(answer, tuple)
    assert set(answer) == set(TRIPLES)


def test_a_node_that_the_query_makes_is_none_of_the_data(tmp_path: Path) -> None:
    answer = _answer(f"SELECT ?s (BNODE() AS ?b) {{ {RESIDUAL} }}", tmp_path)
    assert isinstance(answer, Table)
    nodes = {row[1] for row in answer.rows}
    assert len(nodes) == len(LABELS)
    assert all(isinstance(node, BlankNode) for node in nodes)
    assert not nodes & {row[0] for row in answer.rows}


def test_a_node_is_the_same_in_whatever_is_fetched_of_it(tmp_path: Path) -> None:
    node, link = BlankNode("a"), Iri("http://e/q")
    graphs = (
        graph_of("urn:g", TRIPLES, tmp_path / "one", "one"),
        graph_of("urn:h", (Triple(BlankNode("h"), link, node),), tmp_path / "other", "other"),
        graph_of("urn:i", (Triple(node, link, Iri("http://e/end")),), tmp_path / "third", "third"),
    )
    query = parse_query(
        "SELECT ?s ?v { ?s <http://e/p> ?v . ?s <http://e/q> ?o GRAPH ?g { ?o <http://e/q> ?end }"
        " FILTER EXISTS { ?s <http://e/p> ?w OPTIONAL { ?x <http://e/p> ?v } } }"
    )
    with open_duckdb(readable=(tmp_path,), spill=None, memory_mb=500, threads=1) as duck:
        answered = ask(query, Dataset(graphs, graphs), duck)
    assert answered.path == "residual"
    assert isinstance(answered.answer, Table)
    assert [*answered.answer.rows] == [(BlankNode("h"), Literal("5"))]
