"""The RDF data set of a query: FROM and FROM NAMED, or the protocol's graphs, within the view."""

from __future__ import annotations

from collections.abc import Sequence

from federation.algebra import DatasetClause
from federation.planning.translate import Dataset
from federation.view import View, ViewGraph
from mappers.rdf import Iri


def dataset_of(
    view: View,
    clause: DatasetClause,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Dataset:
    """The data set a query is evaluated over.

    Without any statement, the default graph is the merge of all graphs of the view, and the named
    graphs are those graphs. The protocol's parameters take the place of FROM (SPARQL 1.1 Protocol,
    section 2.1.4). A graph that is not in the view is as one that does not exist: empty.
    """
    if default_graphs or named_graphs:
        clause = DatasetClause(
            tuple(Iri(iri) for iri in default_graphs), tuple(Iri(iri) for iri in named_graphs)
        )
    if not clause.stated:
        return Dataset(view.graphs, view.graphs)
    return Dataset(_chosen(view, clause.default), _chosen(view, clause.named))


def _chosen(view: View, iris: tuple[Iri, ...]) -> tuple[ViewGraph, ...]:
    wanted = {iri.value for iri in iris}
    return tuple(graph for graph in view.graphs if graph.iri in wanted)
