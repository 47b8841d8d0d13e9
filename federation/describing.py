"""DESCRIBE: the concise bounded description of each resource (SPARQL 1.1 section 16.4)."""

from __future__ import annotations

from collections.abc import Callable

from federation.algebra import Describe, Variable
from federation.solutions import Solutions
from mappers.errors import QueryTooLargeError
from mappers.rdf import BlankNode, Iri, Literal, Triple

MOST_RESOURCES = 200
"""Resources that one DESCRIBE may describe."""

Ask = Callable[[Iri | BlankNode], tuple[Solutions, tuple[str, ...]]]
"""Gives the predicates and objects of a subject, and the graphs they come from."""


def describe(
    form: Describe, found: Solutions, ask: Ask
) -> tuple[tuple[Triple, ...], tuple[str, ...]]:
    """The triples about each resource, blank nodes followed, and the graphs they come from.

    Raises QueryTooLargeError for more than MOST_RESOURCES resources.
    """
    todo: list[Iri | BlankNode] = list(_resources(form, found))
    if len(todo) > MOST_RESOURCES:
        raise QueryTooLargeError(
            f"DESCRIBE of {len(todo):,} resources; {MOST_RESOURCES} are allowed.",
            way_out="Add a LIMIT, or use CONSTRUCT.",
        )
    seen = set(todo)
    triples: dict[Triple, None] = {}
    graphs: set[str] = set()
    while todo:
        subject = todo.pop(0)
        solutions, used = ask(subject)
        graphs.update(used)
        for predicate, obj in solutions:
            assert isinstance(predicate, Iri)
            assert obj is not None
            triples[Triple(subject, predicate, obj)] = None
            if isinstance(obj, BlankNode) and obj not in seen:
                seen.add(obj)
                todo.append(obj)
    return tuple(triples), tuple(graphs)


def _resources(form: Describe, found: Solutions) -> dict[Iri | BlankNode, None]:
    resources: dict[Iri | BlankNode, None] = {}
    for term in form.terms:
        if isinstance(term, Iri):
            resources[term] = None
    columns = {name: index for index, name in enumerate(found.variables)}
    wanted = [
        columns[term.name]
        for term in form.terms
        if isinstance(term, Variable) and term.name in columns
    ]
    if wanted:
        for row in found:
            for index in wanted:
                value = row[index]
                if value is not None and not isinstance(value, Literal):
                    resources[value] = None
    return resources
