"""Answers as bags that can be compared: what is listed in `LISTED` is no difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from mappers.rdf import BlankNode, Iri, Term

LISTED = (
    "numbers are compared by value, to nine digits: Oxigraph abbreviates lexical forms, and its"
    " decimals end after 18 places",
    "language tags are compared in lower case",
    "blank nodes are compared as being blank nodes",
)

Cell = tuple[str, ...]
Row = tuple[Cell, ...]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(
    _XSD + name
    for name in (
        *("integer", "decimal", "double", "float", "int", "long", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte"),
    )
)


def bag_of_ours(rows: Iterable[Sequence[Term | None]]) -> Counter[Row]:
    """The bag of an answer of ours."""
    return Counter(tuple(map(_our_cell, row)) for row in rows)


def bag_of_peer(rows: Iterable[Iterable[object]]) -> Counter[Row]:
    """The bag of an answer of Oxigraph."""
    return Counter(tuple(map(_peer_cell, row)) for row in rows)


def _our_cell(term: Term | None) -> Cell:
    match term:
        case None:
            return ()
        case Iri(value=value):
            return ("iri", value)
        case BlankNode():
            return ("blank",)
        case _:
            return _literal(term.lexical, term.datatype, term.language)


def _peer_cell(term: object) -> Cell:
    match term:
        case None:
            return ()
        case ox.NamedNode():
            return ("iri", term.value)
        case ox.Literal():
            return _literal(term.value, term.datatype.value, term.language or "")
        case _:
            return ("blank",)


def _literal(lexical: str, datatype: str, language: str) -> Cell:
    if datatype in _NUMBERS:
        try:
            value = Decimal(lexical)
        except InvalidOperation:
            return ("literal", lexical, datatype)
        # what is rounded may end in zeros again
        return ("number", str(Decimal(f"{value:.9g}").normalize() + 0))
    return ("literal", lexical, language.lower() or datatype)
