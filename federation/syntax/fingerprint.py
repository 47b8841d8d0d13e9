"""The shape of a query, without its constants, as a short name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from hashlib import sha256

from federation.algebra import Call, PathPattern, Query, TriplePattern, Values, Variable
from mappers.rdf import BlankNode, Iri, Literal

_SEPARATOR = "\x1f"


def normalised_fingerprint(query: Query) -> str:
    """sha256 (hexadecimal) of the algebra without what a caller fills in.

    Literals and IRIs as subject, object, argument or inline value are left out, and variables and
    blank nodes are numbered as they appear. Predicates, paths, functions, graph and service names
    stay: they are the shape. Two queries that differ only in constants and names are equal in it.
    """
    numbers: dict[object, int] = {}
    parts = _SEPARATOR.join(_parts((query.form, query.dataset), numbers))
    return sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()


def _parts(node: object, numbers: dict[object, int]) -> Iterator[str]:
    match node:
        case Variable() | BlankNode():
            yield f"?{numbers.setdefault(node, len(numbers))}"
        case Iri(value):
            yield f"<{value}>"
        case Literal():
            yield "literal"
        case TriplePattern(subject, predicate, value) | PathPattern(subject, predicate, value):
            yield "triple"
            yield from _elided(subject, numbers)
            yield from _parts(predicate, numbers)
            yield from _elided(value, numbers)
        case Call(function, arguments):
            yield f"call {function} {len(arguments)}"
            for argument in arguments:
                yield from _elided(argument, numbers)
        case Values(variables, rows):
            yield f"values {len(rows)}"
            yield from _parts(variables, numbers)
        case tuple():
            yield f"( {len(node)}"
            for item in node:
                yield from _parts(item, numbers)
        case _ if is_dataclass(node):
            yield type(node).__name__
            for field in fields(node):
                yield from _parts(getattr(node, field.name), numbers)
        case _:
            yield repr(node)


def _elided(node: object, numbers: dict[object, int]) -> Iterator[str]:
    if isinstance(node, Iri | Literal):
        yield "term"
    else:
        yield from _parts(node, numbers)
