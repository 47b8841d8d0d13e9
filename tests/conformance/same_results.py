"""Whether two answers are the same: numbers by value, blank nodes up to their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

import pyoxigraph as ox

from federation import algebra
from federation.algebra import Query
from mappers.rdf import (
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_FLOAT,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
    Term,
    Triple,
)
from tests.asking import Answer, Table

Row = tuple[Term | None, ...]


def same(found: Answer, expected: Answer, *, ordered: bool) -> bool:
    """Whether an answer is the expected one; `ordered`: its rows come in the expected order."""
    if isinstance(expected, bool) or isinstance(found, bool):
        return found is expected
    if isinstance(expected, Table):
        if not isinstance(found, Table) or set(found.variables) != set(expected.variables):
            return False
        rows = _rows(found, expected.variables)
        wanted = _rows(expected, expected.variables)
        if ordered and [_unnamed(row) for row in rows] != [_unnamed(row) for row in wanted]:
            return False
        return _canonical(_row_quads(rows)) == _canonical(_row_quads(wanted))
    if isinstance(found, Table):
        return False
    return _canonical(_triple_quads(found)) == _canonical(_triple_quads(expected))


def is_ordered(query: Query) -> bool:
    """Whether the solutions of a query come in a stated order."""
    pattern = query.form.pattern
    while isinstance(pattern, algebra.Project | algebra.Slice | algebra.Distinct | algebra.Reduced):
        pattern = pattern.pattern
    return isinstance(pattern, algebra.OrderBy)


def _rows(table: Table, variables: tuple[str, ...]) -> list[Row]:
    places = [table.variables.index(name) for name in variables]
    return [
        tuple(None if row[place] is None else by_value(row[place]) for place in places)  # type: ignore[arg-type]
        for row in table.rows
    ]


def by_value(term: Term) -> Term:
    """A term, with one lexical form for each number of a datatype."""
    if not isinstance(term, Literal):
        return term
    try:
        if term.datatype in (XSD_INTEGER, XSD_DECIMAL):
            number = Decimal(term.lexical).normalize()
            return Literal(f"{number:f}", term.datatype)
        if term.datatype in (XSD_DOUBLE, XSD_FLOAT):
            return Literal(f"{float(term.lexical):.12g}", term.datatype)
    except (InvalidOperation, ValueError):
        return term  # ill-typed: only the same text is the same
    return term


def _unnamed(row: Row) -> Row:
    return tuple(BlankNode("any") if isinstance(term, BlankNode) else term for term in row)


def _row_quads(rows: list[Row]) -> Iterable[ox.Quad]:
    """A row as a node, counted: so that blank nodes are compared over all rows together."""
    for row, times in Counter(rows).items():
        node = ox.BlankNode()
        yield ox.Quad(node, ox.NamedNode("urn:times"), ox.Literal(times))
        for place, term in enumerate(row):
            if term is not None:
                yield ox.Quad(node, ox.NamedNode(f"urn:place:{place}"), to_ox(term))


def _triple_quads(triples: Iterable[Triple]) -> Iterable[ox.Quad]:
    for triple in triples:
        subject = to_ox(triple.subject)
        assert not isinstance(subject, ox.Literal)
        yield ox.Quad(subject, ox.NamedNode(triple.predicate.value), to_ox(by_value(triple.object)))


def _canonical(quads: Iterable[ox.Quad]) -> set[str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


def to_ox(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """A term as Oxigraph has it."""
    match term:
        case Iri(value=value):
            return ox.NamedNode(value)
        case BlankNode(label=label):
            return ox.BlankNode(label)
        case Literal(lexical=lexical, language=language) if language:
            return ox.Literal(lexical, language=language)
        case Literal(lexical=lexical, datatype=datatype):
            return ox.Literal(lexical, datatype=ox.NamedNode(datatype))
