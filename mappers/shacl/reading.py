"""Turtle as a graph of rdflib, with every lexical form kept as written."""

from __future__ import annotations

import pyoxigraph as ox
import rdflib

from mappers.errors import Location, MappingError
from mappers.rdf import BlankNode, Iri, Literal, Term
from mappers.shacl.nodes import to_node


def read_turtle(turtle: str, file: str, base: str | None = None) -> rdflib.Graph:
    """The triples of a Turtle text.

    rdflib's own parser writes "01"^^xsd:integer as "1", so that shapes would change their meaning.
    Raises MappingError with the line and column of a syntax error.
    """
    graph = rdflib.Graph()
    try:
        for quad in ox.parse(input=turtle, format=ox.RdfFormat.TURTLE, base_iri=base):
            subject, predicate, obj = (
                to_node(_term(part)) for part in (quad.subject, quad.predicate, quad.object)
            )
            graph.add((subject, predicate, obj))
    except SyntaxError as error:
        text = str(error.msg).partition(": ")[2] or str(error.msg)
        raise MappingError(
            f"This is not Turtle: {text}.",
            location=Location(file, line=error.lineno, column=error.offset),
        ) from error
    return graph


def _term(part: object) -> Term:
    if isinstance(part, ox.NamedNode):
        return Iri(part.value)
    if isinstance(part, ox.BlankNode):
        return BlankNode(part.value)
    if isinstance(part, ox.Literal):
        return Literal(part.value, part.datatype.value, (part.language or "").lower())
    raise TypeError(f"not a term of RDF 1.1: {part}")
