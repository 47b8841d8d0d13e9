"""The residual path gives the answer that SQL would give, or says what keeps it from that."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from federation.planning.translate import Dataset
from federation.residual_meaning import differing
from federation.syntax import parse_query
from mappers.errors import QueryUnsupportedError
from mappers.rdf import XSD, BlankNode, Iri, Literal, Triple
from mappers.worker.duck import open_duckdb
from mappers.worker.residual import ResidualUnlikeError
from tests.asking import Answered, Table, ask, graph_of

HEAD = f"PREFIX e: <http://e/> PREFIX xsd: <{XSD}> "
P = Iri("http://e/p")
# SQL cannot say an OPTIONAL within EXISTS that binds a variable of outside; this one is always true
ALWAYS = " FILTER EXISTS { ?s e:p ?w OPTIONAL { ?x e:p ?v } }"


def literal(lexical: str, datatype: str) -> Literal:
    return Literal(lexical, XSD + datatype)


def answered(query: str, folder: Path, *values: Literal) -> Answered:
    triples = tuple(
        Triple(Iri(f"http://e/s{number}"), P, value) for number, value in enumerate(values)
    )
    graphs = (graph_of("http://e/g", triples, folder / "silo", "silo"),)
    with open_duckdb(readable=(folder,), spill=None, memory_mb=500, threads=1) as duck:
        return ask(parse_query(HEAD + query), Dataset(graphs, graphs), duck)


def rows(found: Answered) -> Counter[object]:
    assert isinstance(found.answer, Table)
    return Counter(found.answer.rows)


VALUES = (
    literal("5", "integer"),
    literal("2.5", "decimal"),
    literal("1.5E0", "double"),
    literal("-3.0E-7", "float"),
    literal("2020-02-29", "date"),
    literal("2020-02-29T23:30:00.5+05:00", "dateTime"),
    literal("abc", "string"),
    Literal("abc", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "de"),
    Literal("v", "http://e/datatype"),
)


@pytest.mark.parametrize(
    ("selected", "where"),
    [
        ("?v", ""),
        ("?s (LANG(?v) AS ?l) (DATATYPE(?v) AS ?d)", ""),
        ("DISTINCT ?v", ""),
        ("(COUNT(DISTINCT ?v) AS ?n)", ""),
        ("?s", "FILTER(?v = 5 || ?v = 'abc' || ?v = 1.5)"),
        ("?s", "FILTER(?v > 2 && !isIRI(?v))"),
        ("?s ?t", ". ?t e:p ?u FILTER(?v = ?u)"),
        ("?s ?t", ". ?t e:p ?u FILTER(sameTerm(?v, ?u))"),
        ("?s ?t", ". ?t e:p ?u FILTER(?v < ?u)"),
        ("?g ?s", "GRAPH ?g { ?s e:p ?v }"),
    ],
)
def test_the_answer_is_that_of_sql(tmp_path: Path, selected: str, where: str) -> None:
    pattern = f"SELECT {selected} {{ ?s e:p ?v {where}"
    residual = answered(f"{pattern} {ALWAYS} }}", tmp_path, *VALUES)
    sql = answered(f"{pattern} }}", tmp_path / "other", *VALUES)
    assert (residual.path, sql.path) == ("residual", "sql")
    assert rows(residual) == rows(sql)
    assert rows(sql)


@pytest.mark.parametrize(
    "value",
    [
        literal("01", "integer"),
        literal("2.50", "decimal"),
        literal("7", "byte"),
        literal("1", "boolean"),
        literal("1.50", "double"),
    ],
)
def test_a_literal_that_would_lose_its_form_is_refused(tmp_path: Path, value: Literal) -> None:
    """Two values so that the column is one of general terms, which keep the form."""
    query = f"SELECT ?v {{ ?s e:p ?v {ALWAYS} }}"
    with pytest.raises(ResidualUnlikeError, match=value.lexical):
        answered(query, tmp_path, value, Literal("text"))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (". ?t e:p ?u FILTER(?v < ?u)", literal("true", "boolean")),
        ("FILTER(STRSTARTS(STR(?v), '1'))", literal("1.0E0", "double")),
    ],
)
def test_a_value_of_which_oxigraph_thinks_otherwise_is_refused(
    tmp_path: Path, where: str, value: Literal
) -> None:
    with pytest.raises(ResidualUnlikeError, match=value.lexical):
        answered(f"SELECT ?v {{ ?s e:p ?v {where} {ALWAYS} }}", tmp_path, value)


UNLIKE = {
    "?s e:p ?v FILTER(?v != 5)": "!=",
    "?s e:p ?v FILTER(!(?v = 5))": "=",
    "?s e:p ?v FILTER(?v <= 5)": "<=",
    "?s e:p ?v FILTER(?v NOT IN (5))": "NOT IN",
    "?s e:p ?v FILTER(?v)": "the truth of a value",
    "?s e:p ?v FILTER(IF(?v, true, false))": "IF",
    "?s e:p ?v FILTER(REGEX(?v, 'a'))": "REGEX",
    "?s e:p ?v BIND(BNODE(STR(?v)) AS ?b)": "BNODE",
    "?s e:p ?v BIND(?v = 5 AS ?b)": "=",
    "?s e:p ?v BIND(?v + 1 AS ?b)": "+",
    "?s e:p ?v BIND(NOW() AS ?b)": "NOW",
    "?s e:p ?v BIND(xsd:string(?v) AS ?b)": "string",
    "?s e:p ?v BIND(STRDT(STR(?v), xsd:integer) AS ?b)": "STRDT",
    "?s e:p ?v FILTER(?v = 05)": "05",
    "?s e:p ?v VALUES ?v { 1.50 }": "1.50",
    "?s e:p ?v . ?t e:p 007": "007",
    "?s e:p ?v . ?s e:q* ?o": "a path without a step",
    "?s e:p ?v . e:s0 (e:q|e:r?) ?o": "a path without a step",
    "?s e:p ?v GRAPH ?g { ?t e:p ?u FILTER(BOUND(?g)) }": "GRAPH ?g",
    "?s e:p ?v GRAPH ?g {}": "GRAPH ?g",
    "?s e:p ?v GRAPH e:g { SELECT (COUNT(*) AS ?n) { ?t e:p ?u } }": "GRAPH",
    "?s e:p ?v { SELECT (SUM(?u) AS ?n) { ?t e:p ?u } }": "SUM",
    "?s e:p ?v FILTER EXISTS { ?s e:p ?u FILTER(?u != 5) }": "!=",
    "?s e:p ?v OPTIONAL { ?t e:p ?u FILTER(?u != ?v) }": "!=",
}


@pytest.mark.parametrize("where", UNLIKE)
def test_what_may_mean_something_else_is_refused_by_name(tmp_path: Path, where: str) -> None:
    with pytest.raises(QueryUnsupportedError) as caught:
        answered(f"SELECT * {{ {where} {ALWAYS} }}", tmp_path, literal("5", "integer"))
    assert UNLIKE[where] in str(caught.value)
    assert "OPTIONAL" in str(caught.value) or "EXISTS" in str(caught.value)
    assert caught.value.way_out


def test_a_constant_in_a_template_keeps_its_form() -> None:
    query = parse_query(HEAD + "CONSTRUCT { ?s e:p 05 } WHERE { ?s e:p ?v }")
    assert differing(query) is not None
    assert differing(parse_query(HEAD + "CONSTRUCT { ?s e:p 5 } WHERE { ?s e:p ?v }")) is None


def test_a_text_cannot_name_a_node_of_the_data(tmp_path: Path) -> None:
    """The label that Oxigraph gets for a node is `h` and its bytes, which a text could spell."""
    node = Triple(BlankNode("a"), P, Literal("h61"))
    graphs = (graph_of("http://e/g", (node,), tmp_path / "silo", "silo"),)
    query = parse_query(f"{HEAD}SELECT (BNODE(?v) AS ?b) ?s {{ ?s e:p ?v {ALWAYS} }}")
    with (
        open_duckdb(readable=(tmp_path,), spill=None, memory_mb=500, threads=1) as duck,
        pytest.raises(QueryUnsupportedError, match="BNODE"),
    ):
        ask(query, Dataset(graphs, graphs), duck)
