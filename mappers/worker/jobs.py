"""What a worker can be asked to do, and within which limits. All values are sent by pickle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mappers.limits import Limits


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """What a worker process may use.

    `readable` are the folders it may read (the published versions), `memory_mb` DuckDB's memory
    before it spills to `spill` (a folder), at most `spill_mb`; `threads` are DuckDB's. A worker
    that holds more than `process_mb` in all (what Oxigraph holds knows no other bound) is ended.
    `hot_mb` bounds the files that it keeps in memory.
    """

    readable: tuple[Path, ...]
    spill: Path
    memory_mb: int = 1500
    threads: int = 2
    process_mb: int = 4000
    spill_mb: int = 10_000
    hot_mb: int = 300


@dataclass(frozen=True, slots=True)
class SqlJob:
    """A SELECT in DuckDB's SQL; the result comes back as Arrow record batches.

    `files` are the Parquet files that it reads, as the SQL names them.
    """

    sql: str
    limits: Limits
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TripleQuery:
    """A SELECT whose columns `s`, `p`, `o` are general terms; its rows are triples of a graph.

    `graph` None is the default graph.
    """

    sql: str
    graph: str | None


@dataclass(frozen=True, slots=True)
class OxigraphJob:
    """A SPARQL query evaluated by Oxigraph over the triples that the given SQL fetches.

    `text` must hold no SERVICE: Oxigraph would follow it (the worker has no network in any case).
    `triples` bounds the triples fetched, of which none may have a literal of `unlike` datatypes.
    """

    text: str
    sources: tuple[TripleQuery, ...]
    named_graphs: tuple[str, ...]
    triples: int
    limits: Limits
    unlike: frozenset[str] = frozenset()


Job = SqlJob | OxigraphJob
