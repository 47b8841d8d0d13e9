"""The residual path inside a worker: Oxigraph over the triples that SQL has fetched.

The query sees only those triples, which hold every triple that any of its patterns can match, so
its answer is that over the whole view.
"""

from __future__ import annotations

import io

import duckdb
import pyoxigraph as ox

from mappers.worker.jobs import OxigraphJob

_NQUADS_TERM = """CASE {c}.k
  WHEN 0 THEN '<' || {c}.lex || '>'
  WHEN 1 THEN '_:' || {c}.lex
  ELSE '"' || replace(replace(replace(replace({c}.lex, '\\', '\\\\'), '"', '\\"'),
       chr(10), '\\n'), chr(13), '\\r') || '"'
    || CASE WHEN {c}.lang <> '' THEN '@' || {c}.lang ELSE '^^<' || {c}.dt || '>' END
  END"""


class ResidualTooLargeError(Exception):
    """More would be needed than the residual path may fetch, or give back."""


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
    Raises ResidualTooLargeError, and SyntaxError if Oxigraph does not take the text.
    """
    store = ox.Store()
    left = job.triples
    for source in job.sources:
        left -= _load(connection, store, source.sql, source.graph, left)
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
    sql: str,
    graph: str | None,
    allowed: int,
) -> int:
    """Load the triples of one SELECT into a graph of the store; returns how many there were."""
    terms = " || ' ' || ".join(_NQUADS_TERM.format(c=column) for column in ("s", "p", "o"))
    cursor = connection.execute(f"SELECT {terms} || ' .' FROM ({sql}) AS t")  # noqa: S608 - our SQL
    target = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    rows = 0
    while chunk := cursor.fetchmany(50_000):
        rows += len(chunk)
        if rows > allowed:
            raise ResidualTooLargeError(
                "the part of the query that runs on the residual path needs more triples than"
                " it may fetch"
            )
        text = "\n".join(row[0] for row in chunk)
        store.bulk_load(
            input=text.encode(), format=ox.RdfFormat.N_TRIPLES, to_graph=target, lenient=True
        )
    return rows
