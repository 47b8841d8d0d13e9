"""The validation report in Turtle (SHACL, section 3.6)."""

from __future__ import annotations

from collections.abc import Iterable

import rdflib
from rdflib import RDF as RDF_TERMS
from rdflib import Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from mappers.shacl.nodes import node_of, to_node
from mappers.shacl.results import Cause
from mappers.shacl.vocabulary import SH

_SH = Namespace(SH)


def report_turtle(causes: Iterable[Cause]) -> str:
    """A sh:ValidationReport of the results kept, with a comment where there were more."""
    graph = rdflib.Graph()
    graph.bind("sh", _SH)
    report = rdflib.BNode()
    graph.add((report, RDF_TERMS.type, _SH.ValidationReport))
    missing = 0
    conforms = True
    for cause in causes:
        conforms = False
        missing += cause.count - len(cause.results)
        for result in cause.results:
            node = rdflib.BNode()
            graph.add((report, _SH.result, node))
            graph.add((node, RDF_TERMS.type, _SH.ValidationResult))
            graph.add((node, _SH.focusNode, to_node(result.focus)))
            if result.value is not None:
                graph.add((node, _SH.value, to_node(result.value)))
            graph.add((node, _SH.resultSeverity, rdflib.URIRef(cause.severity)))
            graph.add((node, _SH.sourceConstraintComponent, rdflib.URIRef(cause.component)))
            graph.add((node, _SH.sourceShape, node_of(cause.source)))
            graph.add(
                (node, _SH.resultMessage, rdflib.Literal(_message(cause.sentence, result.place)))
            )
            path = _path(graph, cause.path)
            if path is not None:
                graph.add((node, _SH.resultPath, path))
    graph.add((report, _SH.conforms, rdflib.Literal(conforms)))
    note = f"# {missing:,} more results are counted but not listed.\n" if missing else ""
    return note + graph.serialize(format="turtle")


def _message(sentence: str, place: str) -> str:
    return f"{sentence} [{place}]" if place else sentence


def _path(graph: rdflib.Graph, text: str) -> Node | None:
    """The path that `paths.path_text` wrote, as nodes of a graph; None for no path."""
    return _Reader(graph, text).expression() if text else None


class _Reader:
    """Reads the text of a path from left to right."""

    def __init__(self, graph: rdflib.Graph, text: str) -> None:
        self._graph = graph
        self._text = text
        self._at = 0

    def expression(self) -> Node:
        """One path with its mark, if it has one."""
        if self._text[self._at] == "^":
            self._at += 1
            return self._operator(_SH.inversePath, self.expression())
        node = self._group() if self._text[self._at] == "(" else self._iri()
        marks = {"*": _SH.zeroOrMorePath, "+": _SH.oneOrMorePath, "?": _SH.zeroOrOnePath}
        while self._at < len(self._text) and self._text[self._at] in marks:
            node = self._operator(marks[self._text[self._at]], node)
            self._at += 1
        return node

    def _iri(self) -> Node:
        end = self._text.index(">", self._at)
        node = rdflib.URIRef(self._text[self._at + 1 : end])
        self._at = end + 1
        return node

    def _group(self) -> Node:
        parts: list[Node] = []
        sign = ""
        while self._text[self._at] != ")":
            sign = self._text[self._at]
            self._at += 1
            parts.append(self.expression())
        self._at += 1
        if len(parts) == 1:
            return parts[0]
        items = rdflib.BNode()
        Collection(self._graph, items, parts)
        return self._operator(_SH.alternativePath, items) if sign == "|" else items

    def _operator(self, predicate: rdflib.URIRef, inner: Node) -> Node:
        node = rdflib.BNode()
        self._graph.add((node, predicate, inner))
        return node
