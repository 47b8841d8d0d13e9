"""Terms of the SHACL namespace that a shapes file may not use."""

from __future__ import annotations

from rdflib import RDF as RDF_TERMS
from rdflib import Graph, URIRef
from rdflib.term import Node

from mappers.errors import Location, MappingError
from mappers.shacl.vocabulary import KNOWN, REPORT, SH, UNSUPPORTED
from mappers.suggest import did_you_mean


def check_terms(graph: Graph, shapes_text: str, file: str) -> None:
    """Raise MappingError for the first term of the SHACL namespace that the gate does not know."""
    terms: set[Node] = {predicate for _, predicate, _ in graph}
    for predicate in (RDF_TERMS.type, URIRef(SH + "nodeKind"), URIRef(SH + "severity")):
        terms.update(graph.objects(None, predicate))
    used = {str(term).removeprefix(SH) for term in terms if str(term).startswith(SH)}
    for name in sorted(used - KNOWN - REPORT):
        location = Location(file, line=_line_of(shapes_text, name))
        if name in UNSUPPORTED:
            raise MappingError(
                f"sh:{name} is not part of SHACL Core, which is what the gate checks.",
                location=location,
                way_out="Say it with the constraints of SHACL Core.",
            )
        raise MappingError(
            f"SHACL has no term sh:{name}.",
            location=location,
            way_out=did_you_mean(name, KNOWN),
        )


def _line_of(shapes_text: str, name: str) -> int | None:
    """The first line that writes the term, with any prefix."""
    for number, line in enumerate(shapes_text.splitlines(), start=1):
        code = line.split("# ")[0]
        if any(code[:at].endswith((":", "#")) for at in _places(code, name)):
            return number
    return None


def _places(line: str, name: str) -> list[int]:
    found: list[int] = []
    at = line.find(name)
    while at != -1:
        end = at + len(name)
        if end == len(line) or not (line[end].isalnum() or line[end] == "_"):
            found.append(at)
        at = line.find(name, at + 1)
    return found
