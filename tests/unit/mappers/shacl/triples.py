"""Graphs of rdflib as triples."""

from __future__ import annotations

import rdflib

from mappers.rdf import Iri, Literal, Triple
from mappers.shacl.nodes import to_term


def triples_of(graph: rdflib.Graph) -> list[Triple]:
    """The triples of an rdflib graph, in order."""
    found = []
    for subject, predicate, obj in graph:
        start, middle = to_term(subject), to_term(predicate)
        assert not isinstance(start, Literal)
        assert isinstance(middle, Iri)
        found.append(Triple(start, middle, to_term(obj)))
    return sorted(found, key=str)
