"""Parameters are terms that take the place of variables."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from federation.algebra import Ask, Bgp, Query, TriplePattern, Variable
from federation.printing import print_query
from federation.syntax import bind_parameters, parse_query
from mappers.errors import QueryError
from mappers.rdf import XSD_INTEGER, Iri, Literal

DATA = b"""
@prefix : <http://e/> .
:a :p 1, 2 ; :q "x" . :b :p 3 ; :q "y" . :c :p 4 .
"""
A = Iri("http://e/a")


def answer(query: Query) -> list[dict[str, str]]:
    """The solutions of the query over the data, sorted."""
    store = ox.Store()
    store.load(input=DATA, format=ox.RdfFormat.TURTLE)
    result = store.query(print_query(query))
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    rows = [
        {name: solution[name].value for name in names if solution[name] is not None}
        for solution in result
    ]
    return sorted(rows, key=str)


def bound(text: str, **values: Iri | Literal) -> Query:
    """The query with its parameters."""
    return bind_parameters(parse_query("PREFIX : <http://e/> " + text), values)


def test_a_bound_variable_is_a_term_in_the_pattern() -> None:
    query = bound("ASK { ?s :p ?o }", s=A)
    assert query.form == Ask(Bgp((TriplePattern(A, Iri("http://e/p"), Variable("o")),)))


def test_a_projected_parameter_is_still_projected() -> None:
    assert answer(bound("SELECT ?s ?o { ?s :p ?o } ORDER BY ?s", s=A)) == [
        {"s": "http://e/a", "o": "1"},
        {"s": "http://e/a", "o": "2"},
    ]


def test_a_parameter_reaches_filters_options_and_sub_selects() -> None:
    text = """SELECT ?s ?n ?v { ?s :q ?v FILTER(?s = ?who)
      OPTIONAL { SELECT ?who (COUNT(*) AS ?n) { ?who :p ?o } GROUP BY ?who } }"""
    assert answer(bound(text, who=A)) == [{"s": "http://e/a", "n": "2", "v": "x"}]


def test_a_group_key_keeps_its_group() -> None:
    text = "SELECT ?s (SUM(?o) AS ?sum) { ?s :p ?o } GROUP BY ?s"
    assert answer(bound(text, s=A)) == [{"s": "http://e/a", "sum": "3"}]


def test_values_keeps_the_rows_that_agree() -> None:
    text = "SELECT ?s ?x { VALUES (?s ?x) { (:a 1) (:b 2) (UNDEF 3) } }"
    assert answer(bound(text, s=A)) == [
        {"s": "http://e/a", "x": "1"},
        {"s": "http://e/a", "x": "3"},
    ]


def test_bound_of_a_parameter_is_true() -> None:
    text = "SELECT ?o { ?s :p ?o FILTER(BOUND(?s) && !BOUND(?z)) }"
    assert len(answer(bound(text, s=A))) == 2


def test_a_hostile_literal_stays_a_literal() -> None:
    text = Literal('x" } DROP ALL #')
    assert answer(bound("SELECT ?s { ?s :q ?v }", v=text)) == []


def test_nothing_changes_where_nothing_is_bound() -> None:
    query = parse_query("SELECT * { ?s ?p ?o }")
    assert bind_parameters(query, {}) is query
    assert bind_parameters(query, {"other": A}) == query


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ASK { BIND(1 AS ?x) }", "x"),
        ("SELECT (1 AS ?x) {}", "x"),
        ("SELECT (COUNT(*) AS ?x) {}", "x"),
        ("ASK { ?s ?x ?o }", "x"),
        ("ASK { GRAPH ?x { } }", "x"),
        ("ASK { SERVICE ?x { } }", "x"),
        ("DESCRIBE ?x { ?x ?p ?o }", "x"),
    ],
)
def test_a_parameter_that_cannot_be_put_is_refused_by_name(text: str, name: str) -> None:
    with pytest.raises(QueryError, match=rf"\?{name}"):
        bound(text, **{name: Literal("1", XSD_INTEGER)})
