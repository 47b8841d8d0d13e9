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
    """One test: its IRI and name, its kind, the query's file and, for an evaluation test, its data.

    The name is the folder and the end of the IRI: `sparql11/bind/bind01`.
    """

    iri: str
    name: str
    kind: str
    query: Path
    data: tuple[Path, ...] = ()
    graphs: tuple[Path, ...] = ()

    @property
    def text(self) -> str:
        """The text of the query."""
        return self.query.read_bytes().decode("utf-8")


@dataclass(frozen=True, slots=True)
class Test:
    """One test of any kind: its IRI, its folder (`sparql11/add`) and its kind."""

    __test__ = False

    iri: str
    folder: str
    kind: str

    @property
    def name(self) -> str:
        """The folder and the end of the IRI."""
        return f"{self.folder}/{self.iri.rpartition('#')[2]}"


def entries(suites: Path, *versions: str) -> Iterator[Entry]:
    """Every entry of the manifests of the given versions whose action is a query."""
    for version, manifest in _manifests(suites, versions):
        yield from _entries_of(manifest, f"{version}/{manifest.parent.name}")


def all_tests(suites: Path, *versions: str) -> Iterator[Test]:
    """Every test of the manifests of the given versions, of any kind."""
    for version, manifest in _manifests(suites, versions):
        for quad in _load(manifest).quads_for_pattern(None, TYPE, None, None):
            iri, kind = str(quad.subject.value), str(quad.object.value).rpartition("#")[2]
            if "Test" in kind:
                yield Test(iri, f"{version}/{manifest.parent.name}", kind)


def _manifests(suites: Path, versions: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for version in versions:
        for manifest in sorted((suites / "sparql" / version).glob("*/manifest.ttl")):
            yield version, manifest


def _load(manifest: Path) -> ox.Store:
    store = ox.Store()
    store.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=manifest.as_uri())
    return store


def _entries_of(manifest: Path, prefix: str) -> Iterator[Entry]:
    store = _load(manifest)
    for quad in store.quads_for_pattern(None, TYPE, None, None):
        iri, kind = str(quad.subject.value), str(quad.object.value).removeprefix(MANIFEST)
        action = _one(store, quad.subject, MANIFEST + "action")
        if action is None:
            continue
        query = _one(store, action, QUERY + "query") or action
        if isinstance(query, ox.NamedNode) and query.value.endswith((".rq", ".ru")):
            yield Entry(
                iri,
                f"{prefix}/{iri.rpartition('#')[2]}",
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
