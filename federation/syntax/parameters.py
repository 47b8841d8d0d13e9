"""Parameters of a query: terms put in the place of variables, never text in the place of text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from federation.algebra import (
    Call,
    Describe,
    Extend,
    Graph,
    Group,
    OrderBy,
    Pattern,
    Project,
    Query,
    Select,
    Service,
    TriplePattern,
    Values,
    Variable,
)
from federation.syntax.rewrite import rewrite
from federation.syntax.scope import in_scope
from mappers.errors import QueryError
from mappers.rdf import XSD_BOOLEAN, Iri, Literal

Terms = Mapping[Variable, Iri | Literal]


def bind_parameters(query: Query, values: Mapping[str, Iri | Literal]) -> Query:
    """The query with each variable named in `values` replaced by its term, in every group.

    A projected variable stays projected, with the term as its value; rows of VALUES that name
    another term for it are dropped. Raises QueryError where a parameter cannot be put: the query
    sets the variable itself, or a literal would become a predicate, a graph or a service.
    """
    terms = {Variable(name.lstrip("?$")): term for name, term in values.items()}
    if not terms:
        return query
    return replace(query, form=rewrite(query.form, lambda node: _bound(node, terms)))


def _bound(node: object, terms: Terms) -> object | None:
    """What stands in the node's place; None where only its parts change."""
    match node:
        case Variable():
            return terms.get(node)
        case Call("BOUND", (Variable() as variable,)) if variable in terms:
            return Literal("true", XSD_BOOLEAN)
        case Select(pattern, variables):
            return Select(_inside(pattern, terms), variables)
        case Project(pattern, variables):
            return Project(_projected(_inside(pattern, terms), variables, terms), variables)
        case Group():
            return _group(node, terms)
        case Values():
            return _values(node, terms)
        case Extend(_, variable, _) if variable in terms:
            raise _already_set(variable)
        case TriplePattern(_, Variable() as variable, _) if isinstance(
            terms.get(variable), Literal
        ):
            raise _needs_iri(variable, "predicate")
        case Graph(Variable() as variable, _) if isinstance(terms.get(variable), Literal):
            raise _needs_iri(variable, "graph")
        case Service(Variable() as variable, _, _) if isinstance(terms.get(variable), Literal):
            raise _needs_iri(variable, "service")
        case Describe(described, _):
            for name in described:
                if isinstance(name, Variable) and isinstance(terms.get(name), Literal):
                    raise _needs_iri(name, "resource to describe")
    return None


def _inside(pattern: Pattern, terms: Terms) -> Pattern:
    return rewrite(pattern, lambda node: _bound(node, terms))


def _projected(pattern: Pattern, variables: tuple[Variable, ...], terms: Terms) -> Pattern:
    """The pattern under a projection, with the terms of the projected parameters."""
    if isinstance(pattern, OrderBy):
        return OrderBy(_projected(pattern.pattern, variables, terms), pattern.keys)
    present = set(in_scope(pattern))
    for variable in dict.fromkeys(variables):
        if variable in terms and variable not in present:
            pattern = Extend(pattern, variable, terms[variable])
    return pattern


def _group(group: Group, terms: Terms) -> Group:
    pattern = _inside(group.pattern, terms)
    for key in group.keys:
        if key in terms:
            pattern = Extend(pattern, key, terms[key])
    aggregates = []
    for variable, aggregate in group.aggregates:
        if variable in terms:
            raise _already_set(variable)
        aggregates.append((variable, rewrite(aggregate, lambda node: _bound(node, terms))))
    return Group(pattern, group.keys, tuple(aggregates), group.implicit)


def _values(values: Values, terms: Terms) -> Values:
    kept = [index for index, name in enumerate(values.variables) if name not in terms]
    fixed = [(index, terms[name]) for index, name in enumerate(values.variables) if name in terms]
    rows = tuple(
        tuple(row[index] for index in kept)
        for row in values.rows
        if all(row[index] is None or row[index] == term for index, term in fixed)
    )
    return Values(tuple(values.variables[index] for index in kept), rows)


def _already_set(variable: Variable) -> QueryError:
    return QueryError(
        f"{variable} cannot be a parameter, because the query sets it itself.",
        way_out="Rename the variable that is set by AS.",
    )


def _needs_iri(variable: Variable, place: str) -> QueryError:
    return QueryError(f"The parameter {variable} stands for a {place}, which must be an IRI.")
