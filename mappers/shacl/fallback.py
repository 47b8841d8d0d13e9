"""The visible fallback: what is not compiled to SQL runs in pySHACL over the triples it can see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import duckdb
import pyshacl
import rdflib
from rdflib import RDF as RDF_TERMS
from rdflib import Namespace, URIRef
from rdflib.term import Node

from mappers.errors import GateError, Location
from mappers.published import Version
from mappers.rdf import RDF_TYPE, RDFS
from mappers.shacl.compile import Refused
from mappers.shacl.model import Shape
from mappers.shacl.nodes import node_of, to_node, to_term
from mappers.shacl.paths import path_text
from mappers.shacl.reach import focus_terms, reachable
from mappers.shacl.results import Cause, Fallback, Result
from mappers.shacl.sentences import sentence
from mappers.shacl.vocabulary import COMPONENTS, SH, component

_SH = Namespace(SH)
_TARGETS = (_SH.targetClass, _SH.targetNode, _SH.targetSubjectsOf, _SH.targetObjectsOf)
_CLASSES = (
    URIRef(RDFS + "Class"),
    URIRef("http://www.w3.org/2002/07/owl#Class"),
)


def run_fallback(
    connection: duckdb.DuckDBPyConnection,
    version: Version,
    graph: rdflib.Graph,
    file: str,
    subclasses: Iterable[tuple[str, str]],
    refused: Sequence[Refused],
    limit: int,
) -> tuple[list[Cause], list[Fallback]]:
    """The causes that pySHACL finds for one shape's refused constraints, and a note of each.

    All of `refused` are of one root and one shape. Raises GateError where the triples needed are
    too many or pySHACL cannot check the shape.
    """
    first = refused[0]
    parameters = tuple(dict.fromkeys(name for one in refused for name in one.parameters))
    node = node_of(first.shape.label)
    predicates = _predicates(graph, node)
    triples = reachable(connection, version, first.focus, predicates)
    data = rdflib.Graph()
    for subject, predicate, obj in triples:
        data.add((to_node(subject), to_node(predicate), to_node(obj)))
    for one, other in subclasses:
        data.add((URIRef(one), URIRef(RDFS + "subClassOf"), URIRef(other)))
    focus = [to_node(term) for term in focus_terms(connection, first.focus)]
    report = _validate(data, _retargeted(graph, node, focus), file, first.shape)
    causes = _causes(report, first, parameters, limit, file)
    notes = [
        Fallback(first.shape.label, name, one.reason, len(triples))
        for one in refused
        for name in one.parameters
    ]
    return causes, notes


def _predicates(graph: rdflib.Graph, node: Node) -> frozenset[str] | None:
    """All IRIs that a shape and the shapes it refers to name; None (all) if one is closed."""
    seen: set[Node] = set()
    waiting = [node]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        for predicate, value in graph.predicate_objects(current):
            if predicate == _SH.closed and str(value) == "true":
                return None
            if predicate not in _TARGETS and predicate != RDF_TERMS.type:
                waiting.append(value)
    named = {str(one) for one in seen if isinstance(one, URIRef) and not one.startswith(SH)}
    return frozenset(named | {RDF_TYPE})


def _retargeted(graph: rdflib.Graph, node: Node, focus: Iterable[Node]) -> rdflib.Graph:
    """The shapes graph with one shape as the only one with targets."""
    changed = rdflib.Graph()
    for subject, predicate, value in graph:
        implicit = predicate == RDF_TERMS.type and value in _CLASSES
        if predicate not in _TARGETS and not implicit:
            changed.add((subject, predicate, value))
    for one in focus:
        changed.add((node, _SH.targetNode, one))
    return changed


def _validate(data: rdflib.Graph, shapes: rdflib.Graph, file: str, shape: Shape) -> rdflib.Graph:
    try:
        _, report, text = pyshacl.validate(
            data,
            shacl_graph=shapes,
            advanced=False,
            inference="none",
            js=False,
            meta_shacl=False,
            do_owl_imports=False,
        )
    except pyshacl.errors.ReportableRuntimeError as error:
        raise _cannot(shape, file, str(error)) from error
    if not isinstance(report, rdflib.Graph):
        raise _cannot(shape, file, str(text))
    return report


def _cannot(shape: Shape, file: str, why: str) -> GateError:
    return GateError(
        f"pySHACL cannot check the shape {shape.label}: {' '.join(why.split())}",
        location=Location(file),
        way_out="Correct the shape, or say the same with other constraints.",
    )


def _causes(
    report: rdflib.Graph, refused: Refused, parameters: Sequence[str], limit: int, file: str
) -> list[Cause]:
    """The results for the refused constraints, grouped; the others were checked in SQL."""
    own = {component(name) for name in parameters if name in COMPONENTS}
    if "qualifiedValueShape" in parameters:
        own |= {f"{SH}Qualified{way}CountConstraintComponent" for way in ("Min", "Max")}
    grouped: dict[tuple[str, str, str, str], list[Result]] = defaultdict(list)
    for top in report.objects(None, _SH.result):
        source = report.value(top, _SH.sourceShape)
        kind = str(report.value(top, _SH.sourceConstraintComponent))
        is_own = source == node_of(refused.shape.label)
        if not (is_own and kind in own) and not (not is_own and "property" in parameters):
            continue
        path = report.value(top, _SH.resultPath)
        found = (
            str(source) if isinstance(source, URIRef) else f"_:{source}",
            "" if path is None else path_text(report, path, file),
            kind,
            str(report.value(top, _SH.resultSeverity)),
        )
        focus, value = report.value(top, _SH.focusNode), report.value(top, _SH.value)
        assert focus is not None
        grouped[found].append(Result(to_term(focus), None if value is None else to_term(value)))
    return [_cause(refused, found, results, limit) for found, results in sorted(grouped.items())]


def _cause(
    refused: Refused, found: tuple[str, str, str, str], results: list[Result], limit: int
) -> Cause:
    source, path, kind, severity = found
    name = kind.removeprefix(SH).removesuffix("ConstraintComponent")
    parameter = next((key for key, value in COMPONENTS.items() if value == name), name)
    constraint = next((c for c in refused.shape.constraints if c.parameter == parameter), None)
    ordered = sorted(results, key=lambda result: (str(result.focus), str(result.value)))
    return Cause(
        shape=refused.root.label,
        source=source,
        path=path,
        component=kind,
        severity=severity,
        sentence=sentence(refused.root, refused.shape, constraint, parameter),
        count=len(ordered),
        results=tuple(ordered[:limit]),
        engine="pySHACL",
    )
