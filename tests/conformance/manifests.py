"""The entries of the W3C SPARQL manifests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QUERY = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True, slots=True)
class Entry:
    """One test: its kind, the query's file and, for an evaluation test, its data."""

    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()

    @property
    def text(self) -> str:
        """The text of the query."""
        return self.query.read_bytes().decode("utf-8")


def entries(suites: Path, *versions: str) -> Iterator[Entry]:
    """Every entry of the manifests of the given versions whose action is a query."""
    for version in versions:
        for manifest in sorted((suites / "sparql" / version).glob("*/manifest.ttl")):
            yield from _entries_of(manifest)


def _entries_of(manifest: Path) -> Iterator[Entry]:
    store = ox.Store()
    store.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=manifest.as_uri())
    for quad in store.quads_for_pattern(None, TYPE, None, None):
        kind = str(quad.object.value).removeprefix(MANIFEST)
        action = _one(store, quad.subject, MANIFEST + "action")
        if action is None:
            continue
        query = _one(store, action, QUERY + "query") or action
        if isinstance(query, ox.NamedNode) and query.value.endswith((".rq", ".ru")):
            yield Entry(
                kind,
                _path(query),
                tuple(_path(node) for node in _all(store, action, QUERY + "data")),
                tuple(_path(node) for node in _all(store, action, QUERY + "graphData")),
            )


def _all(store: ox.Store, subject: object, predicate: str) -> list[ox.NamedNode]:
    quads = store.quads_for_pattern(subject, ox.NamedNode(predicate), None, None)
    return [quad.object for quad in quads if isinstance(quad.object, ox.NamedNode)]


def _one(store: ox.Store, subject: object, predicate: str) -> object | None:
    for quad in store.quads_for_pattern(subject, ox.NamedNode(predicate), None, None):
        return quad.object
    return None


def _path(node: ox.NamedNode) -> Path:
    return Path(node.value.removeprefix("file://"))
