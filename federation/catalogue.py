"""The catalogue: what the silos of a city have published, and the policy of each of their graphs.

It is made at the edge, from the city's files and published versions, and never shown to a caller as
it is: `federation.authorise` cuts the part that a caller may use.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from federation.policy import GraphPolicy
from mappers.errors import Location, MappingError
from mappers.published import Version


@dataclass(frozen=True, slots=True)
class CatalogueGraph:
    """A published named graph: whose it is, in which version, and its policy."""

    iri: str
    silo: str
    version: Version
    policy: GraphPolicy


@dataclass(frozen=True, slots=True)
class CatalogueSilo:
    """A silo, with its current version (None if it has published nothing yet) and its graphs."""

    id: str
    title: str
    version: Version | None
    graphs: tuple[CatalogueGraph, ...]
    stray_policies: tuple[str, ...] = ()
    """The graphs of which the silo's policy file speaks, but which it does not publish."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The silos of a city in the order of its file; `city` is its id, `base` its base IRI."""

    city: str
    base: str
    silos: tuple[CatalogueSilo, ...]

    def graphs(self) -> Iterator[CatalogueGraph]:
        """Every published graph, in order of silos and IRIs."""
        for silo in self.silos:
            yield from silo.graphs

    def graph(self, iri: str) -> CatalogueGraph:
        """The graph of that IRI; KeyError if none is published."""
        for graph in self.graphs():
            if graph.iri == iri:
                return graph
        raise KeyError(iri)

    def unpublished(self) -> tuple[str, ...]:
        """The ids of the silos that have published nothing yet."""
        return tuple(silo.id for silo in self.silos if silo.version is None)


def silo_entry(
    silo: str, title: str, version: Version | None, policies: tuple[GraphPolicy, ...]
) -> CatalogueSilo:
    """A silo's entry. A graph without a policy gets the most restrictive one.

    A policy of a graph that is not the silo's own has no effect: none disposes of another's data.
    """
    if version is None:
        return CatalogueSilo(silo, title, None, ())
    stated = {policy.graph: policy for policy in policies}
    graphs = tuple(
        CatalogueGraph(iri, silo, version, stated.get(iri, GraphPolicy(iri)))
        for iri in sorted(version.graphs)
    )
    strays = tuple(sorted(set(stated) - set(version.graphs)))
    return CatalogueSilo(silo, title, version, graphs, strays)


def require_own_graphs(
    policies: Sequence[GraphPolicy], graphs: Sequence[str], silo: str, file: str
) -> None:
    """Refuse a policy of a graph that the silo does not publish; to be asked before publishing.

    Raises MappingError: a mistyped graph IRI would leave a mask or a prohibition without effect.
    """
    for policy in policies:
        if policy.graph not in graphs:
            raise MappingError(
                f"The policy speaks of the graph <{policy.graph}>, which the silo {silo!r} does "
                "not publish.",
                location=Location(file),
                way_out=f"Its graphs are {', '.join(f'<{iri}>' for iri in sorted(graphs))}.",
            )
