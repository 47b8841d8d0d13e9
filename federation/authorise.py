"""From the catalogue to a caller's view: the authorised part, made before anything is planned.

Whatever comes after gets the view and nothing else, so what a caller has no right to is not hidden
but absent: its rules, relations, statistics, sources and policy are not in the view.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from federation.catalogue import Catalogue, CatalogueGraph
from federation.counterparts import Places, places_of
from federation.policy import READ, Access, GraphPolicy, Mask, decide
from federation.view import Caller, View, ViewGraph
from mappers.errors import DeniedError
from mappers.published import (
    WKB_SUFFIX,
    ConstantTerm,
    Relation,
    TripleRule,
    Version,
    columns_of,
)
from mappers.rdf import Iri


def authorise(catalogue: Catalogue, caller: Caller, purpose: str | None, now: datetime) -> View:
    """The graphs that the caller may read for the purpose (DPV local name or IRI) at that time.

    `now` is an aware date and time. Graphs come in the order of their IRIs. Never raises for a lack
    of rights: what may not be read is left out.
    """
    permitted = [
        graph
        for graph in sorted(catalogue.graphs(), key=lambda item: item.iri)
        if decide(graph.policy, caller, purpose, READ, now).permit
    ]
    rules = {graph.iri: _visible_rules(graph, caller) for graph in permitted}
    by_silo: dict[str, list[TripleRule]] = {}
    for graph in permitted:
        by_silo.setdefault(graph.silo, []).extend(rules[graph.iri])
    places = {silo: places_of(found) for silo, found in by_silo.items()}
    graphs = tuple(
        _view_graph(graph, caller, rules[graph.iri], places[graph.silo]) for graph in permitted
    )
    return View(caller, purpose, graphs)


def visible_graph_refusal(catalogue: Catalogue, view: View, iri: str) -> DeniedError | None:
    """The refusal to raise when a query names a graph (FROM, GRAPH), or None if it is to go on.

    A graph of the view needs none. A graph that everybody may know of is refused by name. Any other
    is treated like one that does not exist: the query goes on and finds nothing there.
    """
    if any(graph.iri == iri for graph in view.graphs):
        return None
    if not any(graph.iri == iri and _known(graph.policy) for graph in catalogue.graphs()):
        return None
    purpose = "no purpose" if view.purpose is None else f"the purpose {view.purpose}"
    return DeniedError(
        f"The caller {view.caller.name!r}, with {purpose} stated, may not read the graph <{iri}>.",
        way_out="Ask as a caller with a right to it, or state the purpose that its policy allows.",
    )


def visible_entries(catalogue: Catalogue, view: View) -> tuple[CatalogueGraph, ...]:
    """The graphs whose catalogue entry (title, licence, access) the caller may see, by IRI.

    Only the entry: the data of those that are not in the view stay closed.
    """
    readable = {graph.iri for graph in view.graphs}
    found = [graph for graph in catalogue.graphs() if graph.iri in readable or _known(graph.policy)]
    return tuple(sorted(found, key=lambda item: item.iri))


def _known(policy: GraphPolicy) -> bool:
    """Whether everybody may know that the graph exists."""
    return policy.effective_access is not Access.HIDDEN


def _masks(graph: CatalogueGraph, caller: Caller) -> tuple[Mask, ...]:
    return tuple(mask for mask in graph.policy.masks if mask.except_roles.isdisjoint(caller.roles))


def _visible_rules(graph: CatalogueGraph, caller: Caller) -> tuple[TripleRule, ...]:
    masked = frozenset(mask.property for mask in _masks(graph, caller))
    return tuple(
        rule
        for rule in graph.version.rules
        if rule.graph == graph.iri and not _is_masked(rule, masked)
    )


def _view_graph(
    graph: CatalogueGraph, caller: Caller, rules: tuple[TripleRule, ...], places: Places
) -> ViewGraph:
    masks = _masks(graph, caller)
    masked = frozenset(mask.property for mask in masks)
    return ViewGraph(
        iri=graph.iri,
        silo=graph.silo,
        version=_cut(graph.version, graph.iri, rules, places),
        rules=rules,
        masked_predicates=masked,
        rules_applied=_sentences(graph.iri, masks),
    )


def _is_masked(rule: TripleRule, masked: frozenset[str]) -> bool:
    """Whether every triple of the rule is masked; a rule of varying predicate is filtered later."""
    match rule.predicate:
        case ConstantTerm(Iri(value)):
            return value in masked
        case _:
            return False


def _sentences(graph: str, masks: tuple[Mask, ...]) -> tuple[str, ...]:
    return tuple(
        f"The property <{name}> of <{graph}> is left out by the graph's policy."
        for name in sorted({mask.property for mask in masks})
    )


def _cut(version: Version, graph: str, rules: tuple[TripleRule, ...], places: Places) -> Version:
    """The version as if it had nothing but these rules of this graph.

    Columns that only masked or foreign rules read go too, and so does what publishing found of
    them; `places` are those of all rules of the version that the caller may use. The number of rule
    rows is counted anew from the relations, because the published number would tell how many were
    left out.
    """
    columns: dict[str, set[str]] = {}
    for rule in rules:
        used = columns.setdefault(rule.relation, set())
        for term in (rule.subject, rule.predicate, rule.object):
            used.update(columns_of(term))
            # a geometry that may be read as text may be read as WKB too
            used.update(column + WKB_SUFFIX for column in columns_of(term))
    relations = tuple(
        _cut_relation(relation, columns[relation.name], places)
        for relation in version.relations
        if relation.name in columns
    )
    rows = {relation.name: relation.rows for relation in relations}
    return replace(
        version,
        graphs=(graph,),
        relations=relations,
        rules=rules,
        policy="",
        sources=(),
        triples=((graph, sum(rows[rule.relation] for rule in rules)),),
        report=(),
    )


def _cut_relation(relation: Relation, used: set[str], places: Places) -> Relation:
    return replace(
        relation,
        columns=tuple(column for column in relation.columns if column.name in used),
        keys=tuple(key for key in relation.keys if used.issuperset(key)),
        foreign_keys=places.foreign_keys(relation),
        apart=places.apart(relation),
    )
