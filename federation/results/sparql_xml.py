"""SPARQL Query Results XML Format (Second Edition)."""

from __future__ import annotations

import re
from typing import IO, Final

from federation.results.result import BlankLabels, Result, rows_of
from mappers.errors import QueryUnsupportedError
from mappers.rdf import XSD_STRING, BlankNode, Iri, Term

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n' + (
    '<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
)
_SPECIAL: Final = re.compile('[&<>"\r\t\n]')
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def _escape(text: str) -> str:
    """Text for an element or attribute; white space that XML would normalise is a reference."""
    wrong = _NOT_IN_XML.search(text)
    if wrong:
        raise QueryUnsupportedError(
            f"A value holds the character U+{ord(wrong[0]):04X}, which XML 1.0 cannot hold.",
            way_out="Ask for JSON or TSV.",
        )
    return _SPECIAL.sub(lambda match: _ENTITIES.get(match[0]) or f"&#{ord(match[0])};", text)


def _term_xml(term: Term, blank_label: BlankLabels) -> str:
    if isinstance(term, Iri):
        return f"<uri>{_escape(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{blank_label(term.label)}</bnode>"
    value = _escape(term.lexical)
    if term.language:
        return f'<literal xml:lang="{_escape(term.language)}">{value}</literal>'
    if term.datatype == XSD_STRING:
        return f"<literal>{value}</literal>"
    return f'<literal datatype="{_escape(term.datatype)}">{value}</literal>'


def write_sparql_xml(result: Result, stream: IO[bytes]) -> None:
    """Write a SELECT or ASK answer.

    Raises QueryUnsupportedError where a value holds a character that XML 1.0 has no way to write.
    """
    stream.write(_HEAD.encode())
    if result.form == "ask":
        boolean = "true" if result.boolean else "false"
        stream.write(f"<head/><boolean>{boolean}</boolean></sparql>\n".encode())
        return
    names = [_escape(name) for name in result.variables]
    variables = "".join(f'<variable name="{name}"/>' for name in names)
    stream.write(f"<head>{variables}</head><results>".encode())
    blank_label = BlankLabels()
    for row in rows_of(result):
        bindings = "".join(
            f'<binding name="{name}">{_term_xml(term, blank_label)}</binding>'
            for name, term in zip(names, row, strict=True)
            if term is not None
        )
        stream.write(f"\n<result>{bindings}</result>".encode())
    stream.write(b"\n</results></sparql>\n")
