"""The triples of a published version by the plainest reading of its rules, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb

from mappers.published import (
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    TemplateTerm,
    TermMap,
    Version,
    columns_of,
)
from mappers.rdf import (
    XSD_BOOLEAN,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
    Term,
)

Row = dict[str, object]
NUMBERS = (XSD_INTEGER, XSD_DECIMAL, XSD_DOUBLE)


def triples_of(version: Version) -> Iterator[tuple[Term, Term, Term]]:
    """Every triple; those of several rules or rows more than once."""
    for rule in version.rules:
        terms = (rule.subject, rule.predicate, rule.object)
        needed = [column for term in terms for column in columns_of(term)]
        for row in _rows(version, rule.relation):
            if all(row[column] is not None for column in needed):
                subject, predicate, found = (term_of(term, row) for term in terms)
                yield subject, predicate, found


def _rows(version: Version, name: str) -> list[Row]:
    relation = version.relation(name)
    found = duckdb.sql(f"SELECT * FROM '{Path(version.folder) / relation.file}'").fetchall()
    return [dict(zip((c.name for c in relation.columns), row, strict=True)) for row in found]


def term_of(term: TermMap, row: Row) -> Term:
    """The term of a row; numbers by their value, so that 1.50 and 1.5 are equal."""
    match term:
        case ConstantTerm(term=constant):
            return by_value(constant)
        case TemplateTerm(parts=parts, kind=kind):
            text = "".join(p if isinstance(p, str) else str(row[p.column]) for p in parts)
            return Iri(text) if kind == "iri" else BlankNode(text)
        case ColumnTerm(column=column, datatype=datatype, language=language):
            value = row[column]
            shown = str(value).lower() if datatype == XSD_BOOLEAN else str(value)
            return by_value(Literal(shown, datatype, language))
        case GeneralTerm(column=column):
            general = row[column]
            assert isinstance(general, dict)
            if general["k"] == 2:
                return by_value(Literal(general["lex"], general["dt"], general["lang"]))
            return Iri(general["lex"]) if general["k"] == 0 else BlankNode(general["lex"])


def by_value(term: Term) -> Term:
    """A number in one spelling, any other term as it is."""
    if isinstance(term, Literal) and term.datatype in NUMBERS:
        return Literal(format(Decimal(term.lexical).normalize(), "f"), term.datatype)
    return term
