"""Property paths of a shapes graph (SHACL, section 2.3.1)."""

from __future__ import annotations

from rdflib import RDF as RDF_TERMS
from rdflib import BNode, Graph, Namespace, URIRef
from rdflib.term import Node

from mappers.errors import Location, MappingError
from mappers.rdf import Iri
from mappers.shacl.model import Path, Step
from mappers.shacl.vocabulary import SH

_SH = Namespace(SH)
_MARKS = (
    (_SH.zeroOrMorePath, "*"),
    (_SH.oneOrMorePath, "+"),
    (_SH.zeroOrOnePath, "?"),
)


def read_path(graph: Graph, node: Node, file: str) -> Path:
    """The path at a node. Raises MappingError where it is not well-formed."""
    return Path(path_text(graph, node, file), _steps(graph, node, False))


def path_text(graph: Graph, node: Node, file: str, depth: int = 0) -> str:
    """The path as SPARQL writes it. Raises MappingError where it is not well-formed."""
    if depth > 50:
        raise _malformed(node, file)
    if isinstance(node, URIRef):
        return f"<{node}>"
    if not isinstance(node, BNode):
        raise _malformed(node, file)
    if (node, RDF_TERMS.first, None) in graph:
        parts = [path_text(graph, item, file, depth + 1) for item in graph.items(node)]
        if len(parts) < 2:
            raise _malformed(node, file)
        return "(" + "/".join(parts) + ")"
    inverse = graph.value(node, _SH.inversePath)
    if inverse is not None:
        return "^" + path_text(graph, inverse, file, depth + 1)
    options = graph.value(node, _SH.alternativePath)
    if options is not None:
        parts = [path_text(graph, item, file, depth + 1) for item in graph.items(options)]
        return "(" + "|".join(parts) + ")"
    for predicate, mark in _MARKS:
        inner = graph.value(node, predicate)
        if inner is not None:
            text = path_text(graph, inner, file, depth + 1)
            return (f"({text})" if text.startswith("^") else text) + mark
    raise _malformed(node, file)


def _malformed(node: Node, file: str) -> MappingError:
    return MappingError(
        f"The sh:path at {node.n3()} is not a property path.",
        location=Location(file),
        way_out="Write an IRI, a list of paths, or a blank node with one path operator.",
    )


def _steps(graph: Graph, node: Node, inverse: bool) -> tuple[Step, ...] | None:
    """The predicates in order, or None if there are other operators than sequence and inverse."""
    if isinstance(node, URIRef):
        return (Step(Iri(str(node)), inverse),)
    if (node, RDF_TERMS.first, None) in graph:
        parts = [_steps(graph, item, inverse) for item in graph.items(node)]
        steps: list[Step] = []
        for part in reversed(parts) if inverse else parts:
            if part is None:
                return None
            steps.extend(part)
        return tuple(steps)
    inner = graph.value(node, _SH.inversePath)
    return None if inner is None else _steps(graph, inner, not inverse)
