"""CONSTRUCT: solutions to triples (SPARQL 1.1 section 16.2)."""

from __future__ import annotations

import pyoxigraph as ox

from federation.algebra import PatternTerm, TriplePattern, Variable
from federation.solutions import Solutions
from mappers.rdf import BlankNode, Iri, Literal, Term, Triple
from mappers.worker.residual import as_written, data_label


def instantiate(template: tuple[TriplePattern, ...], solutions: Solutions) -> tuple[Triple, ...]:
    """The set of triples that a template gives; blank nodes of the template are fresh in each row.

    A triple with an unbound variable, or that would not be RDF, is left out.
    """
    positions = {name: index for index, name in enumerate(solutions.variables)}
    found: dict[Triple, None] = {}
    for number, row in enumerate(solutions):
        for pattern in template:
            subject, predicate, obj = (
                _value(place, row, positions, number)
                for place in (pattern.subject, pattern.predicate, pattern.object)
            )
            if (
                isinstance(subject, Iri | BlankNode)
                and isinstance(predicate, Iri)
                and obj is not None
            ):
                found[Triple(subject, predicate, obj)] = None
    return tuple(found)


def _value(
    place: PatternTerm, row: tuple[Term | None, ...], positions: dict[str, int], number: int
) -> Term | None:
    match place:
        case Variable(name=name):
            return row[positions[name]] if name in positions else None
        case BlankNode(label=label):
            return BlankNode(f"{label}.{number}")
        case _:
            return place


def parse_n_triples(text: bytes) -> tuple[Triple, ...]:
    """The triples of an N-Triples document."""
    found = []
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        subject, obj = _term(quad.subject), _term(quad.object)
        assert isinstance(subject, Iri | BlankNode)
        found.append(Triple(subject, Iri(quad.predicate.value), obj))
    return tuple(found)


def _term(term: object) -> Term:
    match term:
        case ox.NamedNode():
            return Iri(term.value)
        case ox.BlankNode():
            return BlankNode(data_label(term.value))
        case ox.Literal(language=None):
            return as_written(term.value, term.datatype.value)
        case ox.Literal():
            return Literal(term.value, term.datatype.value, (term.language or "").lower())
        case _:
            raise ValueError(f"no RDF 1.1 term: {term}")
