"""Errors of syntax: their sentence, their line and column, and what was expected."""

from __future__ import annotations

import pytest

from federation.syntax import parse_query
from mappers.errors import Location, QuerySyntaxError, QueryUnsupportedError

CASES = [
    (
        "SELECT * {\n  ?s ?p ?o\n",
        3,
        1,
        "Expected a triple, a graph pattern or '}' but found the end",
    ),
    (
        "SELECT * { ?s ?p }",
        1,
        18,
        "Expected a variable, an IRI, a literal or a blank node but found '}'",
    ),
    ("SELECT * {\n ?s <p:p> 1 ?x <p:p> 2 }", 2, 13, "Expected '.', ';', ',' or '}' but found '?x'"),
    ("SELEKT * {}", 1, 1, "found 'SELEKT'. Did you mean SELECT?"),
    ("SELECT * { ?s a:b ?o }", 1, 15, "The prefix 'a:' is not declared; add PREFIX a: <...>."),
    ("SELECT * { <s> ?p ?o }", 1, 12, "relative and there is no BASE"),
    ("SELECT ?x { ?x ?p 'abc }", 1, 19, "The string that begins here is not closed"),
    ("SELECT ?x { ?x ?p 'a\\q' }", 1, 19, "wrong escape"),
    ("ASK { FILTER(1 = 2 = 3) }", 1, 20, "Expected ')' but found '='"),
    ("ASK { FILTER(STRLEN(1, 2)) }", 1, 14, "STRLEN takes 1 argument, not 2."),
    ("ASK { FILTER(REGEX(1)) }", 1, 14, "REGEX takes 2 to 3 arguments, not 1."),
    ("ASK { BIND(1 AS ?x) BIND(2 AS ?x) }", 1, 31, "BIND cannot set ?x"),
    ("SELECT (1 AS ?x) { ?x ?p ?o }", 1, 14, "SELECT cannot set ?x by AS"),
    ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", 1, 8, "?s is projected but neither grouped by"),
    ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 8, "SELECT * cannot stand with GROUP BY"),
    ("SELECT ?s { ?s ?p ?o } GROUP BY (1 AS ?o)", 1, 39, "GROUP BY cannot name ?o"),
    ("SELECT (SUM(COUNT(?x)) AS ?y) {}", 1, 13, "not inside another aggregate"),
    ("ASK { FILTER(COUNT(?x) > 1) }", 1, 14, "COUNT can stand only in SELECT, HAVING and ORDER BY"),
    ("ASK { _:a ?p 1 OPTIONAL { _:a ?q 2 } }", 1, 27, "The blank node label _:a is used in two"),
    ("ASK { VALUES (?x ?y) { (1) } }", 1, 24, "This row of VALUES has 1 values for 2 variables."),
    ("ASK { VALUES (?x ?x) { } }", 1, 18, "VALUES names ?x twice."),
    ("ASK {} LIMIT 1 LIMIT 2", 1, 16, "LIMIT is given twice."),
    ("ASK {} LIMIT -1", 1, 14, "Expected a whole number but found '-1'"),
    ("ASK {} ASK {}", 1, 8, "Expected the end of the query but found 'ASK'"),
    (
        "CONSTRUCT { ?s <a:b>/<a:c> ?o } {}",
        1,
        21,
        "A property path cannot stand in a CONSTRUCT template",
    ),
    ("ASK { {} SELECT ?x {} }", 1, 10, "A sub-select must stand in braces of its own"),
    ("ASK { ?s ?p '\\uD800' }", 1, 14, "The escape \\uD800 is no character."),
    ("# \ud800", 1, 3, "half of a surrogate pair"),
    ("ASK { \\ }", 1, 7, "The character '\\' begins nothing"),
    ("PREFIX a:b: <x:y> ASK {}", 1, 8, "Expected a prefix that ends in ':' but found 'a:b:'"),
]


@pytest.mark.parametrize(("text", "line", "column", "message"), CASES)
def test_an_error_says_what_and_where(text: str, line: int, column: int, message: str) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse_query(text)
    assert message in raised.value.message
    assert raised.value.location == Location("query", line=line, column=column)
    assert raised.value.message.endswith((".", "?"))


def test_what_was_expected_is_listed() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse_query("FROM <g>")
    assert raised.value.expected == ("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")


def test_a_place_after_an_escape_is_that_of_the_text_as_written() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse_query(r"ASK { ?s ?p '\u00e4\U0001F600' oops }")
    assert raised.value.location == Location("query", line=1, column=32)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:b> <a:b> 1 }",
        "PREFIX a: <a:b> delete where { ?s ?p ?o }",
        "LOAD <http://h/x>",
        "DROP ALL",
        "WITH <a:b> DELETE {} WHERE {}",
    ],
)
def test_an_update_is_refused_by_name(text: str) -> None:
    with pytest.raises(QueryUnsupportedError, match="SPARQL Update; Bygraf is read-only"):
        parse_query(text)


def test_an_aggregate_of_its_own_is_refused_by_name() -> None:
    with pytest.raises(QueryUnsupportedError, match="<a:f> an aggregate of its own"):
        parse_query("SELECT (<a:f>(DISTINCT ?x) AS ?y) {}")


def test_a_path_in_a_collection_of_a_template_is_refused() -> None:
    with pytest.raises(QuerySyntaxError):
        parse_query("CONSTRUCT { ( [ <a:b>* 1 ] ) <a:b> 1 } {}")
