"""RDF 1.1 Turtle, grouped by subject, with lexical forms kept exactly."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import IO, Final

from federation.results.n_triples import iri_text, term_text
from federation.results.result import BlankLabels, Result, triples_of
from mappers.rdf import (
    RDF_TYPE,
    XSD,
    XSD_BOOLEAN,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    Iri,
    Literal,
    Term,
    Triple,
)

PREFIXES: Final = (
    ("by", "https://bygraf.example.org/def#"),
    ("dcat", "http://www.w3.org/ns/dcat#"),
    ("dct", "http://purl.org/dc/terms/"),
    ("foaf", "http://xmlns.com/foaf/0.1/"),
    ("geo", "http://www.opengis.net/ont/geosparql#"),
    ("owl", "http://www.w3.org/2002/07/owl#"),
    ("prov", "http://www.w3.org/ns/prov#"),
    ("qb", "http://purl.org/linked-data/cube#"),
    ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"),
    ("schema", "http://schema.org/"),
    ("sd", "http://www.w3.org/ns/sparql-service-description#"),
    ("skos", "http://www.w3.org/2004/02/skos/core#"),
    ("sosa", "http://www.w3.org/ns/sosa/"),
    ("void", "http://rdfs.org/ns/void#"),
    ("xsd", XSD),
)
"""Prefixes for reading ease; only those that a document uses are declared in it."""

_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ABBREVIATED: Final = {
    XSD_INTEGER: re.compile(r"[+-]?[0-9]+"),
    XSD_DECIMAL: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD_DOUBLE: re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)[eE][+-]?[0-9]+"),
    XSD_BOOLEAN: re.compile(r"true|false"),
}
"""The lexical forms that Turtle reads as this datatype without quotes (Turtle, section 2.5)."""


def _namespace(iri: str) -> tuple[str, str] | None:
    """The prefix and local name of an IRI, if a prefix fits and the local name is a simple one."""
    for prefix, namespace in PREFIXES:
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return prefix, iri[len(namespace) :]
    return None


def _short_iri(iri: str) -> str:
    split = _namespace(iri)
    return f"{split[0]}:{split[1]}" if split else iri_text(iri)


def _short_term(term: Term, blank_label: BlankLabels) -> str:
    if isinstance(term, Iri):
        return _short_iri(term.value)
    if isinstance(term, Literal):
        pattern = _ABBREVIATED.get(term.datatype)
        if pattern and pattern.fullmatch(term.lexical):
            return term.lexical
        if _namespace(term.datatype) and not term.language and term.datatype != XSD + "string":
            plain = term_text(Literal(term.lexical), blank_label)
            return f"{plain}^^{_short_iri(term.datatype)}"
    return term_text(term, blank_label)


def _used_prefixes(triples: Iterable[Triple]) -> list[tuple[str, str]]:
    used: set[str] = set()
    for triple in triples:
        for term in triple:
            iri = term.value if isinstance(term, Iri) else getattr(term, "datatype", "")
            split = _namespace(iri)
            if split:
                used.add(split[0])
    return [(prefix, namespace) for prefix, namespace in PREFIXES if prefix in used]


def _by_subject(triples: Iterable[Triple]) -> dict[Term, dict[Iri, list[Term]]]:
    """Triples by subject and predicate, each in the order of its first appearance."""
    subjects: dict[Term, dict[Iri, list[Term]]] = {}
    for triple in triples:
        objects = subjects.setdefault(triple.subject, {}).setdefault(triple.predicate, [])
        objects.append(triple.object)
    return subjects


def write_turtle(result: Result, stream: IO[bytes]) -> None:
    """Write a CONSTRUCT or DESCRIBE answer as Turtle."""
    write_triples(triples_of(result), stream)


def write_triples(triples: tuple[Triple, ...], stream: IO[bytes]) -> None:
    """Write triples as Turtle, a block a subject; xsd numbers keep their lexical form."""
    blank_label = BlankLabels()
    for prefix, namespace in _used_prefixes(triples):
        stream.write(f"@prefix {prefix}: {iri_text(namespace)} .\n".encode())
    show: Callable[[Term], str] = lambda term: _short_term(term, blank_label)  # noqa: E731
    for subject, predicates in _by_subject(triples).items():
        lines = []
        for predicate, objects in predicates.items():
            verb = "a" if predicate.value == RDF_TYPE else show(predicate)
            lines.append(f"    {verb} {', '.join(show(value) for value in objects)}")
        block = " ;\n".join(lines)
        stream.write(f"\n{show(subject)}\n{block} .\n".encode())
