"""The constraint parameters of a shape (SHACL, section 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rdflib import RDF as RDF_TERMS
from rdflib import Graph, Namespace
from rdflib.term import Node

from mappers.errors import Location, MappingError
from mappers.rdf import Iri, Literal, Term
from mappers.shacl.model import Constraint
from mappers.shacl.nodes import label_of, to_term
from mappers.shacl.ranges import why_not_comparable
from mappers.shacl.regexes import why_not_sql
from mappers.shacl.vocabulary import COMPILED, COMPONENTS, NODE_KINDS, SH

_SH = Namespace(SH)
_NUMBERS = ("minCount", "maxCount", "minLength", "maxLength")
_RANGES = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
_LISTS = ("in", "languageIn")
_SINGLE = (*_NUMBERS, *_RANGES, *_LISTS, "datatype", "nodeKind", "uniqueLang", "closed")


def read_constraints(graph: Graph, node: Node, file: str) -> tuple[Constraint, ...]:
    """All constraints of a shape but sh:property.

    Raises MappingError where a parameter's value is not what SHACL allows.
    """
    found: list[Constraint] = []
    for parameter in COMPONENTS:
        if parameter != "property":
            found.extend(_constraints(graph, node, parameter, file))
    return tuple(found)


def _constraints(graph: Graph, node: Node, parameter: str, file: str) -> Iterator[Constraint]:
    flags = graph.value(node, _SH.flags) if parameter == "pattern" else None
    found = sorted(graph.objects(node, _SH[parameter]), key=str)
    if len(found) > 1 and parameter in _SINGLE:
        raise _wrong(node, parameter, "given only once", file)
    for value in found:
        if parameter in ("closed", "uniqueLang") and str(value) != "true":
            continue
        if parameter in _LISTS:
            if value != RDF_TERMS.nil and (value, RDF_TERMS.first, None) not in graph:
                raise _wrong(node, parameter, "a list", file)
            try:
                values = tuple(to_term(item) for item in graph.items(value))
            except ValueError as error:
                raise _wrong(node, parameter, "a list", file) from error
        else:
            values = (to_term(value),)
        _check(node, parameter, values, file)
        reason = _reason(parameter, values, str(flags or ""))
        yield Constraint(parameter, values, str(flags or ""), reason)


def _reason(parameter: str, values: tuple[Term, ...], flags: str) -> str:
    """Why a constraint is not compiled to SQL; empty if it is."""
    if parameter not in COMPILED:
        return f"sh:{parameter} is not compiled to SQL"
    if parameter == "pattern":
        pattern = values[0]
        assert isinstance(pattern, Literal)
        return why_not_sql(pattern.lexical, flags)
    if parameter in _RANGES:
        bound = values[0]
        assert isinstance(bound, Literal)
        return why_not_comparable(bound)
    return ""


def _check(node: Node, parameter: str, values: tuple[Term, ...], file: str) -> None:
    first = values[0] if values else None
    if parameter in _NUMBERS:
        if not isinstance(first, Literal) or re.fullmatch(r"\+?[0-9]{1,9}", first.lexical) is None:
            raise _wrong(node, parameter, "a whole number of at least 0", file)
    elif parameter in _RANGES or parameter == "pattern":
        if not isinstance(first, Literal):
            raise _wrong(node, parameter, "a literal", file)
    elif parameter in ("datatype",):
        if not isinstance(first, Iri):
            raise _wrong(node, parameter, "an IRI", file)
    elif parameter == "nodeKind":
        if not isinstance(first, Iri) or first.value not in NODE_KINDS:
            raise _wrong(node, parameter, "one of the six node kinds such as sh:IRI", file)
    elif parameter == "languageIn" and not all(isinstance(v, Literal) for v in values):
        raise _wrong(node, parameter, "a list of language tags", file)


def _wrong(node: Node, parameter: str, wanted: str, file: str) -> MappingError:
    return MappingError(
        f"sh:{parameter} of the shape {label_of(node)} is not {wanted}.", location=Location(file)
    )
