"""RDF terms as values (RDF 1.1 Concepts, section 3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

XSD: Final = "http://www.w3.org/2001/XMLSchema#"
RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
GEO: Final = "http://www.opengis.net/ont/geosparql#"

RDF_TYPE: Final = RDF + "type"
RDF_LANG_STRING: Final = RDF + "langString"
XSD_STRING: Final = XSD + "string"
XSD_BOOLEAN: Final = XSD + "boolean"
XSD_INTEGER: Final = XSD + "integer"
XSD_DECIMAL: Final = XSD + "decimal"
XSD_DOUBLE: Final = XSD + "double"
XSD_FLOAT: Final = XSD + "float"
XSD_DATE: Final = XSD + "date"
XSD_DATE_TIME: Final = XSD + "dateTime"
WKT_LITERAL: Final = GEO + "wktLiteral"


@dataclass(frozen=True, slots=True)
class Iri:
    """An absolute IRI."""

    value: str

    def __str__(self) -> str:
        return f"<{self.value}>"


@dataclass(frozen=True, slots=True)
class BlankNode:
    """A blank node, named by a label that is unique in its data set or query."""

    label: str

    def __str__(self) -> str:
        return f"_:{self.label}"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal; `language` is lower case, and not empty just if the datatype is rdf:langString."""

    lexical: str
    datatype: str = XSD_STRING
    language: str = ""

    def __str__(self) -> str:
        text = '"' + escape_literal(self.lexical) + '"'
        if self.language:
            return f"{text}@{self.language}"
        if self.datatype == XSD_STRING:
            return text
        return f"{text}^^<{self.datatype}>"


Term = Iri | BlankNode | Literal


class Triple(NamedTuple):
    """A triple of terms."""

    subject: Iri | BlankNode
    predicate: Iri
    object: Term


def escape_literal(text: str) -> str:
    """The lexical form escaped for N-Triples (RDF 1.1 N-Triples, section 7: canonical form)."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
