"""What a query mentions: predicates, functions, services, found in its algebra without any data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from federation.algebra import (
    Call,
    Link,
    NegatedPropertySet,
    Query,
    Service,
    TriplePattern,
    Variable,
)
from mappers.rdf import Iri


def mentioned_predicates(query: Query) -> frozenset[str] | None:
    """The predicates that a query's patterns name; None if a pattern takes any predicate."""
    found: set[str] = set()
    for node in nodes_of(query.form):
        match node:
            case TriplePattern(predicate=Iri(value=iri)) | Link(iri=Iri(value=iri)):
                found.add(iri)
            case TriplePattern(predicate=Variable()) | NegatedPropertySet():
                return None
            case _:
                continue
    return frozenset(found)


def mentioned_services(query: Query) -> tuple[str, ...]:
    """The names in SERVICE (an IRI or a variable, as in a query), wherever they stand."""
    return tuple(
        sorted({str(node.name) for node in nodes_of(query.form) if isinstance(node, Service)})
    )


def mentions_now(query: Query) -> bool:
    """Whether a query asks for the time at which it runs."""
    return any(isinstance(node, Call) and node.function == "NOW" for node in nodes_of(query.form))


def nodes_of(value: object) -> Iterator[object]:
    """All values of an algebra tree, the tree itself first."""
    todo = [value]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(node)
        elif is_dataclass(node) and not isinstance(node, type):
            yield node
            todo.extend(getattr(node, field.name) for field in fields(node))
