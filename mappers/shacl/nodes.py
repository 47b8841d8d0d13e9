"""Terms of rdflib as terms of Bygraf, and back."""

from __future__ import annotations

import rdflib
from rdflib.term import Node

from mappers.rdf import RDF_LANG_STRING, XSD_STRING, BlankNode, Iri, Literal, Term


def to_term(node: Node) -> Term:
    """The term of an rdflib node; TypeError for what is no RDF term."""
    if isinstance(node, rdflib.URIRef):
        return Iri(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), RDF_LANG_STRING, node.language.lower())
        return Literal(str(node), str(node.datatype) if node.datatype else XSD_STRING)
    raise TypeError(f"not an RDF term: {node!r}")


def to_node(term: Term) -> rdflib.URIRef | rdflib.BNode | rdflib.Literal:
    """The rdflib node of a term, its lexical form kept."""
    match term:
        case Iri(value=value):
            return rdflib.URIRef(value)
        case BlankNode(label=label):
            return rdflib.BNode(label)
        case Literal(lexical=lexical, language=language) if language:
            return rdflib.Literal(lexical, lang=language)
        case Literal(lexical=lexical, datatype=datatype):
            if datatype == XSD_STRING:
                return rdflib.Literal(lexical)
            return rdflib.Literal(lexical, datatype=rdflib.URIRef(datatype), normalize=False)


def label_of(node: Node) -> str:
    """How a shape is named: its IRI, or `_:` and its label."""
    return f"_:{node}" if isinstance(node, rdflib.BNode) else str(node)


def node_of(label: str) -> rdflib.URIRef | rdflib.BNode:
    """The node of a shape's label."""
    return rdflib.BNode(label[2:]) if label.startswith("_:") else rdflib.URIRef(label)
