"""Algebra as text: what a parser gives, and what a planner may make of it."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from federation.algebra import (
    Aggregate,
    Ask,
    Bgp,
    Call,
    Filter,
    Group,
    Join,
    LeftJoin,
    Project,
    Query,
    Select,
    TriplePattern,
    Variable,
)
from federation.printing import print_query
from federation.syntax import parse_query
from mappers.errors import QueryError
from mappers.rdf import RDF_LANG_STRING, BlankNode, Iri, Literal

S, OBJ = Variable("s"), Variable("o")
P = Iri("http://e/p")


def test_a_blank_node_that_stands_in_two_patterns_becomes_a_variable() -> None:
    node = BlankNode("b0")
    pattern = LeftJoin(Bgp((TriplePattern(node, P, S),)), Bgp((TriplePattern(node, P, OBJ),)), None)
    printed = print_query(Query(Ask(pattern)))
    assert "_:" not in printed
    assert parse_query(printed).form != Ask(pattern)
    assert printed.count("?node_b0") == 2


def test_a_filter_within_optional_is_not_made_its_condition() -> None:
    pattern = LeftJoin(Bgp(()), Filter(S, Bgp((TriplePattern(S, P, OBJ),))), None)
    assert parse_query(print_query(Query(Ask(pattern)))).form == Ask(pattern)


def test_a_fresh_variable_gets_a_name_that_no_other_has() -> None:
    fresh, taken = Variable(".agg0"), Variable("agg0")
    pattern = Join(
        Group(Bgp((TriplePattern(S, P, taken),)), (S,), ((fresh, Aggregate("MAX", taken)),), False),
        Bgp((TriplePattern(S, P, taken),)),
    )
    printed = print_query(Query(Select(Project(pattern, (fresh, taken)), (fresh, taken))))
    form = parse_query(printed).form
    assert isinstance(form, Select)
    assert [variable.name for variable in form.variables] == ["agg0_1", "agg0"]


@pytest.mark.parametrize(
    "literal",
    [
        Literal('quote " back \\ line \n return \r tab \t'),
        Literal("\\u0041"),
        Literal("x", RDF_LANG_STRING, "de-at"),
        Literal("-12", "http://www.w3.org/2001/XMLSchema#integer"),
        Literal("+12", "http://www.w3.org/2001/XMLSchema#integer"),
        Literal("12.", "http://www.w3.org/2001/XMLSchema#decimal"),
        Literal("NaN", "http://www.w3.org/2001/XMLSchema#double"),
        Literal("1", "http://www.w3.org/2001/XMLSchema#boolean"),
        Literal("", "http://e/t"),
        Literal("'''\"\"\""),
    ],
)
def test_a_literal_reads_back_as_it_was(literal: Literal) -> None:
    form = Ask(Bgp((TriplePattern(S, P, literal),)))
    assert parse_query(print_query(Query(form))).form == form


@pytest.mark.parametrize("iri", ["http://e/> . ?s ?p", "http://e/ x", "http://e/\\u003e", "a\nb:"])
def test_an_iri_that_would_break_out_of_its_brackets_is_refused(iri: str) -> None:
    with pytest.raises(QueryError, match="no IRI may hold"):
        print_query(Query(Ask(Bgp((TriplePattern(S, P, Iri(iri)),)))))


def test_a_language_tag_that_is_none_is_refused() -> None:
    literal = Literal("x", RDF_LANG_STRING, "en . ?s ?p ?o")
    with pytest.raises(QueryError, match="no language tag"):
        print_query(Query(Ask(Bgp((TriplePattern(S, P, literal),)))))


def test_a_negative_number_after_a_minus_stays_apart_from_it() -> None:
    minus = Call("-", (S, Literal("-1", "http://www.w3.org/2001/XMLSchema#integer")))
    form = Ask(Filter(minus, Bgp(())))
    assert parse_query(print_query(Query(form))).form == form


def test_any_predicate_is_printed_so_that_oxigraph_reads_it() -> None:
    store = ox.Store()
    store.load(input=b"<a:s> <a:p> 1 . <a:s> a <a:C> .", format=ox.RdfFormat.TURTLE)
    result = store.query(print_query(parse_query("SELECT ?o { <a:s> !() ?o }")))
    assert isinstance(result, ox.QuerySolutions)
    assert len(list(result)) == 2
