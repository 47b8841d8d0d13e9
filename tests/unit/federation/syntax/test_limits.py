"""Bounds on a query: each is named when it is passed, and no text exhausts the stack."""

from __future__ import annotations

import time

import pyoxigraph as ox
import pytest

from federation.printing import print_query
from federation.syntax import Limits, bind_parameters, normalised_fingerprint, parse_query
from mappers.errors import BygrafError, QuerySyntaxError, QueryTooComplexError
from mappers.rdf import Iri

WIDE = Limits(text_bytes=10_000_000)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("ASK { # " + "x" * 70_000 + "\n}", "length of the text"),
        ("ASK " + "{" * 65 + "}" * 65, "nesting"),
        ("ASK { FILTER(" + "(" * 63 + "1" + ")" * 63 + ") }", "nesting"),
        ("ASK { " + "?s ?p ?o . " * 201 + "}", "triple patterns"),
        ("ASK { ?s ?p (" + "1 " * 101 + ") }", "collection"),
        ("ASK { FILTER(?x IN (" + "1, " * 100 + "1)) }", "list of expressions"),
        ("ASK { VALUES ?x { " + "1 " * 10_001 + "} }", "VALUES"),
        ("ASK {" + " {} UNION" * 201 + " {} }", "UNION occurs more than 200 times"),
        ("ASK {" + " OPTIONAL {}" * 201 + " }", "OPTIONAL occurs more than 200 times"),
        ("ASK { FILTER(1" + " && 1" * 201 + ") }", "&& occurs more than 200 times"),
        ("ASK { FILTER(1" + " || 1" * 201 + ") }", "|| occurs more than 200 times"),
        ("ASK { FILTER(1" + " -1" * 201 + ") }", "+ occurs more than 200 times"),
        ("ASK { ?s " + "<a:b>/" * 100 + "<a:b> ?o }", "length of a path"),
        ("ASK { FILTER(1" + " && 1" * 90 + " || 1" * 90 + ") }", "limit on depth"),
    ],
)
def test_a_limit_that_is_passed_is_named(text: str, limit: str) -> None:
    with pytest.raises(QueryTooComplexError, match=limit.replace("|", r"\|").replace("+", r"\+")):
        parse_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "ASK " + "{" * 64 + "}" * 64,
        "ASK { " + "?s ?p ?o . " * 200 + "}",
        "ASK { ?s ?p (" + "1 " * 99 + ") }",
        "ASK { FILTER(?x IN (" + "1, " * 99 + "1)) }",
        "ASK { VALUES ?x { " + "1 " * 10_000 + "} }",
        "ASK {" + " {} UNION" * 140 + " {} }",
        "ASK { ?s " + "<a:b>/" * 99 + "<a:b> ?o }",
        "ASK { " + "?s <a:b>/<a:c> ?o . " * 190 + "}",
    ],
)
def test_a_query_just_within_a_limit_is_read(text: str) -> None:
    parse_query(text)


@pytest.mark.parametrize(
    "text",
    [
        "{" * 100_000,
        "SELECT * " + "{" * 100_000,
        "ASK { FILTER" + "(" * 100_000,
        "ASK { ?s ?p " + "[ ?p " * 100_000,
        "ASK { ?s " + "(^" * 100_000,
        "ASK { " + "OPTIONAL { " * 100_000,
        "ASK { FILTER(" + "!" * 100_000,
        "ASK { FILTER(" + "1+" * 100_000,
        "a." * 100_000,
        "a-" * 100_000,
        "<" * 100_000,
        '"""' * 50_000,
        '"""\\"""' * 20_000,
        "\\u0041" * 50_000,
        "_:a." * 50_000,
        ":" + "%aa" * 50_000,
    ],
)
def test_a_hostile_text_ends_quickly_in_an_error(text: str) -> None:
    began = time.process_time()
    with pytest.raises(BygrafError):
        parse_query(text, limits=WIDE)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?x { ?x ?p ?o FILTER(" + "?x && " * 150 + "1) }",
        "SELECT ?x { ?x ?p ?o FILTER(" + "(1||1&&1=1+1*" * 30 + "1" + ")" * 30 + ") }",
        "SELECT ?x " + "{ OPTIONAL " * 63 + "{ ?x ?p ?o }" + "}" * 63,
        "SELECT ?x { ?x ?p ?o " + "FILTER EXISTS {" * 40 + "?x ?p ?o" + "}" * 40 + "}",
        "SELECT ?x { ?x " + "(^" * 60 + "<a:b>" + ")*" * 60 + " ?o }",
        "SELECT ?x {" + "OPTIONAL { ?x ?p ?o }" * 150 + "}",
    ],
)
def test_the_deepest_query_allowed_is_walked_without_exhausting_the_stack(text: str) -> None:
    query = parse_query(text)
    assert hash(query) == hash(parse_query(text))
    assert repr(query)
    assert len(normalised_fingerprint(query)) == 64
    bind_parameters(query, {"x": Iri("http://e/x")})
    # Printing puts brackets around all, so it is read here by an engine without our bounds.
    ox.Store().query(print_query(query))


def test_deep_nesting_is_an_error_of_syntax_where_the_text_ends_too_soon() -> None:
    with pytest.raises(QuerySyntaxError):
        parse_query("ASK " + "{" * 60)
