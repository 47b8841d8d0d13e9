"""Answers by hand, for the serialisers."""

from __future__ import annotations

import io
from dataclasses import dataclass

from federation.results import Form, format_named, write
from federation.results.result import Row
from mappers.rdf import (
    RDF_LANG_STRING,
    WKT_LITERAL,
    XSD_BOOLEAN,
    XSD_DATE,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
    Triple,
)


@dataclass(frozen=True)
class Sample:
    """An answer without a receipt."""

    form: Form
    variables: tuple[str, ...] = ()
    solutions: tuple[Row, ...] | None = None
    boolean: bool | None = None
    triples: tuple[Triple, ...] | None = None


def rows(variables: str, *solutions: Row) -> Sample:
    return Sample("select", tuple(variables.split()), solutions)


def ask(boolean: bool) -> Sample:
    return Sample("ask", boolean=boolean)


def graph(*triples: Triple) -> Sample:
    return Sample("construct", triples=triples)


def written(sample: Sample, name: str) -> bytes:
    stream = io.BytesIO()
    write(sample, format_named(name), stream)
    return stream.getvalue()


AWKWARD_TEXTS = (
    "",
    "plain",
    'quote " and \\ backslash',
    "a,b;c",
    "line\nbreak\r\nand\ttab",
    "<a href='x'>&amp;</a>",
    "Straße 🚲 ",
    " leading and trailing ",
    "=HYPERLINK(1)",
)

TERMS = (
    Iri("http://example.org/a?b=c&d=e#f"),
    Iri("http://example.org/straße"),
    BlankNode("secret-key-1"),
    *(Literal(text) for text in AWKWARD_TEXTS),
    *(Literal(text, RDF_LANG_STRING, "de-at") for text in AWKWARD_TEXTS),
    Literal("POINT (13.4 52.5)", WKT_LITERAL),
    Literal("12", XSD_INTEGER),
    Literal("2.50", XSD_DECIMAL),
    Literal("2.5E0", XSD_DOUBLE),
    Literal("true", XSD_BOOLEAN),
    Literal("2024-02-29", XSD_DATE),
    Literal("not a number", XSD_INTEGER),
    None,
)
