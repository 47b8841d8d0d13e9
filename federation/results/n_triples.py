"""RDF 1.1 N-Triples, and the terms of its grammar that TSV shares."""

from __future__ import annotations

import re
from typing import IO, Final

from federation.results.result import BlankLabels, Result, triples_of
from mappers.rdf import XSD_STRING, BlankNode, Iri, Term

_NOT_IN_IRI: Final = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
_NOT_IN_LITERAL: Final = re.compile(r"[\x00-\x1f\x7f\"\\]")
_ESCAPES: Final = {"\t": "\\t", "\b": "\\b", "\n": "\\n", "\r": "\\r", "\f": "\\f"} | {
    character: "\\" + character for character in ('"', "\\")
}


def _numeric_escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"


def _literal_escape(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or _numeric_escape(match)


def iri_text(value: str) -> str:
    """An IRI in angle brackets, with characters that may not stand there as numeric escapes."""
    return f"<{_NOT_IN_IRI.sub(_numeric_escape, value)}>"


def quoted(text: str) -> str:
    """A string in double quotes; no tab, line break or other control character is left in it."""
    return f'"{_NOT_IN_LITERAL.sub(_literal_escape, text)}"'


def term_text(term: Term, blank_label: BlankLabels) -> str:
    """A term in full, as N-Triples has it (RDF 1.1 N-Triples, section 2)."""
    if isinstance(term, Iri):
        return iri_text(term.value)
    if isinstance(term, BlankNode):
        return f"_:{blank_label(term.label)}"
    if term.language:
        return f"{quoted(term.lexical)}@{term.language}"
    if term.datatype == XSD_STRING:
        return quoted(term.lexical)
    return f"{quoted(term.lexical)}^^{iri_text(term.datatype)}"


def write_n_triples(result: Result, stream: IO[bytes]) -> None:
    """Write a CONSTRUCT or DESCRIBE answer as N-Triples, a line a triple."""
    blank_label = BlankLabels()
    for triple in triples_of(result):
        line = " ".join(term_text(term, blank_label) for term in triple)
        stream.write(f"{line} .\n".encode())
