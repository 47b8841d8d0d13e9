"""An answer written by each serialiser of the engine, and read back by Oxigraph."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

import pyoxigraph as ox

from federation.algebra import Query
from federation.results import Form, form_of, format_named, write
from federation.results.result import Rows
from mappers.rdf import Iri, Triple
from tests.asking import Answer, Table
from tests.conformance.w3c_query import from_oxigraph, to_term

OF_RESULTS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "tsv": ox.QueryResultsFormat.TSV,
}
OF_GRAPHS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES}
OF_FORM: dict[Form, tuple[str, ...]] = {
    "select": ("json", "xml", "tsv"),
    "ask": ("json", "xml"),
    "construct": ("ttl", "nt"),
}


@dataclass(frozen=True, slots=True)
class Result:
    """An answer as the serialisers take it (`federation.results.Result`)."""

    form: Form
    variables: tuple[str, ...] = ()
    solutions: Rows | None = None
    boolean: bool | None = None
    triples: tuple[Triple, ...] | None = None


def result_of(answer: Answer, form: Form) -> Result:
    """An answer to a query of a form."""
    match answer:
        case bool():
            return Result(form, boolean=answer)
        case Table(variables=variables, rows=rows):
            return Result(form, variables, rows)
        case triples:
            return Result(form, triples=triples)


def written(answer: Answer, query: Query, format_name: str) -> bytes:
    """The answer in a format."""
    stream = BytesIO()
    write(result_of(answer, form_of(query)), format_named(format_name), stream)
    return stream.getvalue()


def read_back(answer: Answer, query: Query) -> Iterator[tuple[str, Answer]]:
    """The answer through each lossless format that the W3C defines for the form of the query."""
    for name in OF_FORM[form_of(query)]:
        text = written(answer, query, name)
        if name in OF_RESULTS:
            yield name, from_oxigraph(ox.parse_query_results(text, format=OF_RESULTS[name]))
        else:
            quads = ox.parse(text, format=OF_GRAPHS[name])
            yield name, tuple(_triple(quad) for quad in quads)


def _triple(quad: ox.Quad) -> Triple:
    return Triple(to_term(quad.subject), Iri(quad.predicate.value), to_term(quad.object))  # type: ignore[arg-type]


def same_csv(found: bytes, expected: Path) -> bool:
    """Whether two CSV results have the same columns and rows, in any order of the rows."""
    return _csv(found.decode()) == _csv(expected.read_bytes().decode())


def _csv(text: str) -> tuple[list[str], Counter[tuple[str, ...]]]:
    header, *rows = csv.reader(StringIO(text, newline=""))
    unnamed = (tuple("_:" if field.startswith("_:") else field for field in row) for row in rows)
    return header, Counter(unnamed)
