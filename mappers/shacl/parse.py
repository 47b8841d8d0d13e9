"""Reading a shapes file (SHACL Core, in Turtle)."""

from __future__ import annotations

from rdflib import RDF as RDF_TERMS
from rdflib import RDFS as RDFS_TERMS
from rdflib import Graph, Namespace, URIRef
from rdflib.term import Node

from mappers.errors import Location, MappingError
from mappers.rdf import Iri, Literal
from mappers.shacl.constraints import read_constraints
from mappers.shacl.lint import check_terms
from mappers.shacl.model import Shape, Shapes, Target
from mappers.shacl.nodes import label_of, to_term
from mappers.shacl.paths import read_path
from mappers.shacl.vocabulary import COMPONENTS, SH, VIOLATION

_SH = Namespace(SH)
_TARGETS = (
    (_SH.targetClass, "class"),
    (_SH.targetNode, "node"),
    (_SH.targetSubjectsOf, "subjectsOf"),
    (_SH.targetObjectsOf, "objectsOf"),
)


def parse_shapes(graph: Graph, shapes_text: str, shapes_file: str) -> Shapes:
    """All shapes of a shapes graph.

    Raises MappingError for terms that SHACL Core does not have, a property shape without a path, a
    path or a parameter that is not well-formed.
    """
    check_terms(graph, shapes_text, shapes_file)
    shapes = [_shape(graph, node, shapes_file) for node in _shape_nodes(graph)]
    subclasses = sorted(
        (str(one), str(other))
        for one, other in graph.subject_objects(RDFS_TERMS.subClassOf)
        if isinstance(one, URIRef) and isinstance(other, URIRef)
    )
    ordered = sorted(shapes, key=lambda shape: shape.label)
    return Shapes(shapes_file, tuple(ordered), tuple(subclasses))


def _shape_nodes(graph: Graph) -> set[Node]:
    """What is a shape (SHACL, section 2.1): by type, target, parameter, or as a value of one."""
    found: set[Node] = set()
    for kind in (_SH.NodeShape, _SH.PropertyShape):
        found.update(graph.subjects(RDF_TERMS.type, kind))
    for predicate in [p for p, _ in _TARGETS] + [_SH[name] for name in COMPONENTS]:
        found.update(graph.subjects(predicate, None))
    for predicate in (_SH.property, _SH.node, _SH["not"], _SH.qualifiedValueShape):
        found.update(graph.objects(None, predicate))
    return found


def _shape(graph: Graph, node: Node, file: str) -> Shape:
    path_node = graph.value(node, _SH.path)
    is_property = (node, RDF_TERMS.type, _SH.PropertyShape) in graph
    if path_node is None and (is_property or (None, _SH.property, node) in graph):
        raise MappingError(
            f"The property shape {_shown(graph, node)} has no sh:path.",
            location=Location(file),
            way_out="Say with sh:path which property it is about.",
        )
    properties = sorted(label_of(child) for child in graph.objects(node, _SH.property))
    return Shape(
        label=label_of(node),
        path=None if path_node is None else read_path(graph, path_node, file),
        targets=_targets(graph, node),
        constraints=read_constraints(graph, node, file),
        properties=tuple(properties),
        severity=str(graph.value(node, _SH.severity) or VIOLATION),
        name=_name(graph, node),
        messages=tuple(sorted(_texts(graph, node, _SH.message))),
        deactivated=_is_true(graph, node),
    )


def _is_true(graph: Graph, node: Node) -> bool:
    value = graph.value(node, _SH.deactivated)
    return value is not None and str(value) in ("true", "1")


def _targets(graph: Graph, node: Node) -> tuple[Target, ...]:
    found = [
        Target(kind, to_term(value))
        for predicate, kind in _TARGETS
        for value in graph.objects(node, predicate)
    ]
    if isinstance(node, URIRef) and _is_class(graph, node):
        found.append(Target("class", Iri(str(node))))
    return tuple(sorted(set(found), key=lambda target: (target.kind, str(target.term))))


def _is_class(graph: Graph, node: Node) -> bool:
    """Whether a node is an implicit class target (SHACL, section 2.1.3.3)."""
    classes = {RDFS_TERMS.Class, URIRef("http://www.w3.org/2002/07/owl#Class")}
    waiting = set(graph.objects(node, RDF_TERMS.type))
    seen: set[Node] = set()
    while waiting:
        current = waiting.pop()
        if current in classes:
            return True
        seen.add(current)
        waiting.update(set(graph.objects(current, RDFS_TERMS.subClassOf)) - seen)
    return False


def _texts(graph: Graph, node: Node, predicate: URIRef) -> list[tuple[str, str]]:
    terms = [to_term(value) for value in graph.objects(node, predicate)]
    return [(term.language, term.lexical) for term in terms if isinstance(term, Literal)]


def _name(graph: Graph, node: Node) -> str:
    """sh:name, else rdfs:label: in English, else without language, else the first."""
    names = _texts(graph, node, _SH.name) or _texts(graph, node, RDFS_TERMS.label)
    order = {"en": 0, "": 1}
    return min(names, key=lambda name: (order.get(name[0], 2), *name))[1] if names else ""


def _shown(graph: Graph, node: Node) -> str:
    """The IRI of a shape, or the shape that a blank one belongs to."""
    if isinstance(node, URIRef):
        return f"<{node}>"
    owner = graph.value(None, _SH.property, node)
    return f"of <{owner}>" if isinstance(owner, URIRef) else "written as a blank node"
