"""The fingerprint tells the shape of a query, not what a caller filled in."""

from __future__ import annotations

import pytest

from federation.syntax import normalised_fingerprint, parse_query


def print_of(text: str) -> str:
    """The fingerprint of a text."""
    return normalised_fingerprint(parse_query(text, base="http://e/"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT ?a { ?a <p> 1 }", "select  ?b  where { ?b <p> 'secret'@en . }"),
        ("ASK { <a> <p> ?x }", "BASE <http://other/> ASK { <b> <http://e/p> ?y }"),
        ("ASK { FILTER(?x IN (1, 2)) }", "ASK { FILTER(?y IN (3, <x>)) }"),
        ("ASK { VALUES ?x { 1 2 } }", "ASK { VALUES ?y { <a> UNDEF } }"),
    ],
)
def test_constants_and_names_do_not_count(one: str, other: str) -> None:
    assert print_of(one) == print_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK { ?a <p> 1 }", "ASK { ?a <q> 1 }"),
        ("ASK { ?a <p> ?a }", "ASK { ?a <p> ?b }"),
        ("ASK { ?a <p> ?b }", "ASK { ?a <p> 1 }"),
        ("ASK { ?a <p> ?b }", "ASK FROM <g> { ?a <p> ?b }"),
        ("ASK { FILTER(STRLEN(?x)) }", "ASK { FILTER(UCASE(?x)) }"),
        ("SELECT ?x { ?x <p> ?y } LIMIT 1", "SELECT ?x { ?x <p> ?y } LIMIT 2"),
        ("ASK { ?a <p>* ?b }", "ASK { ?a <p>+ ?b }"),
        ("ASK { OPTIONAL { ?a <p> ?b } }", "ASK { { ?a <p> ?b } }"),
    ],
)
def test_the_shape_counts(one: str, other: str) -> None:
    assert print_of(one) != print_of(other)
