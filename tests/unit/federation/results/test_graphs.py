"""Turtle and N-Triples, read back by Oxigraph's parsers."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from mappers.rdf import (
    RDF_TYPE,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
    Triple,
)
from tests.unit.federation.results.samples import TERMS, Sample, graph, written
from tests.unit.federation.results.test_sparql_results import ours

SUBJECT = Iri("https://data.example.org/berlin/id/district/02")
PROPERTY = Iri("https://bygraf.example.org/def#value")
FORMATS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES}


def read_back(sample: Sample, name: str) -> list[tuple[object, ...]]:
    quads = ox.parse(written(sample, name), format=FORMATS[name])
    return [(ours(quad.subject), ours(quad.predicate), ours(quad.object)) for quad in quads]


@pytest.mark.parametrize("name", FORMATS)
def test_every_term_is_read_back_as_it_was(name: str) -> None:
    values = [term for term in TERMS if term is not None and not isinstance(term, BlankNode)]
    sample = graph(*(Triple(SUBJECT, PROPERTY, value) for value in values))
    assert [row[2] for row in read_back(sample, name)] == values


@pytest.mark.parametrize("name", FORMATS)
def test_lexical_forms_of_numbers_are_kept(name: str) -> None:
    values = [
        Literal("007", XSD_INTEGER),
        Literal("+1", XSD_INTEGER),
        Literal("1.", XSD_DECIMAL),
        Literal(".50", XSD_DECIMAL),
        Literal("1", XSD_DECIMAL),
        Literal("INF", XSD_DOUBLE),
        Literal("1e3", XSD_DOUBLE),
        Literal("3", XSD_DOUBLE),
    ]
    sample = graph(*(Triple(SUBJECT, PROPERTY, value) for value in values))
    assert [row[2] for row in read_back(sample, name)] == values


@pytest.mark.parametrize("name", FORMATS)
def test_blank_nodes_keep_their_identity_but_not_their_label(name: str) -> None:
    node = BlankNode("key 4711")
    sample = graph(Triple(node, PROPERTY, node), Triple(BlankNode("other"), PROPERTY, node))
    first, second = read_back(sample, name)
    assert first[0] == first[2] == second[2] != second[0]
    assert b"4711" not in written(sample, name)


def test_turtle_groups_by_subject_and_declares_only_the_prefixes_it_uses() -> None:
    sample = graph(
        Triple(SUBJECT, Iri(RDF_TYPE), Iri("https://bygraf.example.org/def#District")),
        Triple(SUBJECT, PROPERTY, Literal("5", XSD_INTEGER)),
        Triple(SUBJECT, PROPERTY, Literal("6", XSD_INTEGER)),
    )
    assert written(sample, "ttl").decode() == (
        "@prefix by: <https://bygraf.example.org/def#> .\n"
        "@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
        "\n"
        "<https://data.example.org/berlin/id/district/02>\n"
        "    a by:District ;\n"
        "    by:value 5, 6 .\n"
    )


def test_a_local_name_that_turtle_would_misread_is_written_whole() -> None:
    odd = Iri("https://bygraf.example.org/def#a.b/c")
    assert read_back(graph(Triple(odd, PROPERTY, odd)), "ttl") == [(odd, PROPERTY, odd)]
