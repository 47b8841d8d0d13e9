"""The residual path inside a worker: Oxigraph over the triples that SQL has fetched.

The query sees only those triples, which hold every triple that any of its patterns can match, so
its answer is that over the whole view.
"""

from __future__ import annotations

import io
import re

import duckdb
import pyoxigraph as ox

from mappers.canonical import canonical_literal
from mappers.rdf import RDF_LANG_STRING, XSD_DOUBLE, XSD_FLOAT, XSD_STRING, Literal
from mappers.worker.jobs import OxigraphJob, TripleQuery

_NQUADS_TERM = """CASE {c}.k
  WHEN 0 THEN '<' || {c}.lex || '>'
  WHEN 1 THEN '_:h' || hex({c}.lex)
  ELSE '"' || replace(replace(replace(replace({c}.lex, '\\', '\\\\'), '"', '\\"'),
       chr(10), '\\n'), chr(13), '\\r') || '"'
    || CASE WHEN {c}.lang <> '' THEN '@' || {c}.lang ELSE '^^<' || {c}.dt || '>' END
  END"""


_TEXTS = frozenset({XSD_STRING, RDF_LANG_STRING})
_HEX_LABEL = re.compile("h(?:[0-9A-F]{2})*")


def data_label(label: str) -> str:
    """The label in the data of a blank node of an answer; a node made by the query keeps its own.

    A label that a mapping makes need not be one in N-Quads, so Oxigraph gets `h` and its bytes as
    hexadecimal digits; Oxigraph's own labels are hexadecimal numbers.
    """
    return bytes.fromhex(label[1:]).decode() if _HEX_LABEL.fullmatch(label) else label


class ResidualTooLargeError(Exception):
    """More would be needed than the residual path may fetch, or give back."""


class ResidualUnlikeError(Exception):
    """A triple that was fetched holds a literal that Oxigraph changes, or computes with otherwise
    than it should.
    """


class _BoundedBytes(io.BytesIO):
    """Bytes in memory; raises ResidualTooLargeError where they would be more than `most`."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # Oxigraph writes bytes
        if self.tell() + len(data) > self._most:
            raise ResidualTooLargeError(f"the answer has more than {self._most:,} bytes")
        return super().write(data)


def evaluate(connection: duckdb.DuckDBPyConnection, job: OxigraphJob) -> tuple[str, bytes | bool]:
    """The answer of a query over fetched triples.

    Returns ("boolean", value), ("solutions", SPARQL results in JSON) or ("triples", N-Triples).
    Raises ResidualTooLargeError, ResidualUnlikeError, and SyntaxError if Oxigraph does not take the
    text.
    """
    store = ox.Store()
    left = job.triples
    for source in job.sources:
        left -= _load(connection, store, source, left, job.unlike)
    answer = store.query(
        job.text,
        default_graph=[ox.DefaultGraph()],
        named_graphs=[ox.NamedNode(iri) for iri in job.named_graphs],
    )
    out = _BoundedBytes(job.limits.residual_bytes)
    match answer:
        case ox.QueryBoolean():
            return ("boolean", bool(answer))
        case ox.QuerySolutions():
            answer.serialize(out, format=ox.QueryResultsFormat.JSON)
            return ("solutions", out.getvalue())
        case _:
            answer.serialize(out, format=ox.RdfFormat.N_TRIPLES)
            return ("triples", out.getvalue())


def _load(
    connection: duckdb.DuckDBPyConnection,
    store: ox.Store,
    source: TripleQuery,
    allowed: int,
    unlike: frozenset[str],
) -> int:
    """Load the triples of one SELECT into a graph of the store; returns how many there were."""
    terms = " || ' ' || ".join(_NQUADS_TERM.format(c=column) for column in ("s", "p", "o"))
    target = "" if source.graph is None else f" <{source.graph}>"
    query = f"SELECT {terms} || ? FROM ({source.sql}) AS t"  # noqa: S608 - our SQL
    cursor = connection.execute(query, [f"{target} ."])
    rows = 0
    while chunk := cursor.fetchmany(50_000):
        rows += len(chunk)
        if rows > allowed:
            raise ResidualTooLargeError(
                "the part of the query that runs on the residual path needs more triples than"
                " it may fetch"
            )
        text = "\n".join(row[0] for row in chunk)
        quads = list(ox.parse(text.encode(), format=ox.RdfFormat.N_QUADS, lenient=True))
        _check_literals({quad.object for quad in quads}, unlike)
        # not bulk_load: it renames blank nodes, and those of two chunks may be the same
        store.bulk_extend(quads)
    return rows


def _check_literals(objects: set[object], unlike: frozenset[str]) -> None:
    """Raise ResidualUnlikeError for a literal that comes out of a store as another."""
    typed = {
        term
        for term in objects
        if isinstance(term, ox.Literal) and term.datatype.value not in _TEXTS
    }
    scratch, node = ox.Store(), ox.NamedNode("urn:x")
    scratch.extend(ox.Quad(node, node, term, ox.DefaultGraph()) for term in typed)
    back = {as_written(quad.object.value, quad.object.datatype.value) for quad in scratch}
    for term in typed:
        literal = Literal(term.value, term.datatype.value)
        if literal not in back or literal.datatype in unlike:
            raise ResidualUnlikeError(f"the residual path may take {literal} for another")


def as_written(lexical: str, datatype: str) -> Literal:
    """A literal of Oxigraph's as published: the canonical form of its doubles is another."""
    literal = Literal(lexical, datatype)
    if datatype not in (XSD_DOUBLE, XSD_FLOAT):
        return literal
    return canonical_literal(literal) or literal
