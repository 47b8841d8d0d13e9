"""SPARQL 1.1 Query Results JSON Format."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from typing import IO

from federation.results.result import BlankLabels, Result, rows_of
from mappers.rdf import XSD_STRING, BlankNode, Iri, Term


def _term_json(term: Term, blank_label: BlankLabels) -> str:
    if isinstance(term, Iri):
        return f'{{"type":"uri","value":{encode_basestring(term.value)}}}'
    if isinstance(term, BlankNode):
        return f'{{"type":"bnode","value":"{blank_label(term.label)}"}}'
    value = encode_basestring(term.lexical)
    if term.language:
        return f'{{"type":"literal","value":{value},"xml:lang":"{term.language}"}}'
    if term.datatype == XSD_STRING:
        return f'{{"type":"literal","value":{value}}}'
    datatype = encode_basestring(term.datatype)
    return f'{{"type":"literal","value":{value},"datatype":{datatype}}}'


def write_sparql_json(result: Result, stream: IO[bytes]) -> None:
    """Write a SELECT or ASK answer; an unbound variable is absent from its binding."""
    if result.form == "ask":
        text = json.dumps({"head": {}, "boolean": result.boolean}, separators=(",", ":"))
        stream.write(text.encode() + b"\n")
        return
    names = [encode_basestring(name) for name in result.variables]
    stream.write(f'{{"head":{{"vars":[{",".join(names)}]}},"results":{{"bindings":['.encode())
    blank_label = BlankLabels()
    separator = "\n"
    for row in rows_of(result):
        binding = ",".join(
            f"{name}:{_term_json(term, blank_label)}"
            for name, term in zip(names, row, strict=True)
            if term is not None
        )
        stream.write(f"{separator}{{{binding}}}".encode())
        separator = ",\n"
    stream.write(b"\n]}}\n")
