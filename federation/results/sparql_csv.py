"""SPARQL 1.1 Query Results CSV and TSV Formats."""

from __future__ import annotations

import re
from typing import IO, Final

from federation.results.n_triples import term_text
from federation.results.result import BlankLabels, Result, rows_of
from mappers.rdf import BlankNode, Iri, Term

_NEEDS_QUOTES: Final = re.compile('[",\r\n]')


def _field(text: str) -> str:
    """A field as RFC 4180 has it: quoted only where it must be."""
    if _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text


def _value(term: Term | None, blank_label: BlankLabels) -> str:
    if term is None:
        return ""
    if isinstance(term, Iri):
        return term.value
    if isinstance(term, BlankNode):
        return f"_:{blank_label(term.label)}"
    return term.lexical


def write_csv(result: Result, stream: IO[bytes]) -> None:
    """Write a SELECT answer as CSV: plain values, lines ended by CR LF (section 3).

    A text that begins with `=`, `+`, `-` or `@` is left as it is, as the format demands; a
    spreadsheet may take it for a formula.
    """
    blank_label = BlankLabels()
    stream.write((",".join(_field(name) for name in result.variables) + "\r\n").encode())
    for row in rows_of(result):
        line = ",".join(_field(_value(term, blank_label)) for term in row)
        stream.write(f"{line}\r\n".encode())


def write_tsv(result: Result, stream: IO[bytes]) -> None:
    """Write a SELECT answer as TSV: every term in full, as in N-Triples (section 4).

    Numbers are not abbreviated, so a reader gets datatype and lexical form exactly.
    """
    blank_label = BlankLabels()
    stream.write(("\t".join(f"?{name}" for name in result.variables) + "\n").encode())
    for row in rows_of(result):
        line = "\t".join("" if term is None else term_text(term, blank_label) for term in row)
        stream.write(f"{line}\n".encode())
