"""Which variables a pattern, an expression or a query uses (SPARQL 1.1, section 18.2.1)."""

from __future__ import annotations

from collections.abc import Iterator

from federation.algebra import (
    Aggregate,
    Bgp,
    Call,
    Distinct,
    Expression,
    Extend,
    Filter,
    Graph,
    Group,
    Join,
    LeftJoin,
    Minus,
    OrderBy,
    PathPattern,
    Pattern,
    Project,
    Reduced,
    Service,
    Slice,
    TriplePattern,
    Union,
    Values,
    Variable,
)


def in_scope(pattern: Pattern) -> tuple[Variable, ...]:
    """The variables that a solution of the pattern may bind, in order of appearance."""
    return tuple(dict.fromkeys(_in_scope(pattern)))


def _in_scope(pattern: Pattern) -> Iterator[Variable]:
    match pattern:
        case Bgp(patterns):
            for triple in patterns:
                yield from triple_variables(triple)
        case Join(left, right) | LeftJoin(left, right, _) | Union(left, right):
            yield from _in_scope(left)
            yield from _in_scope(right)
        case Minus(left, _):
            yield from _in_scope(left)
        case Filter(_, inner) | Distinct(inner) | Reduced(inner):
            yield from _in_scope(inner)
        case OrderBy(inner, _) | Slice(inner, _, _):
            yield from _in_scope(inner)
        case Extend(inner, variable, _):
            yield from _in_scope(inner)
            yield variable
        case Graph(name, inner) | Service(name, inner, _):
            if isinstance(name, Variable):
                yield name
            yield from _in_scope(inner)
        case Values(variables, _) | Project(_, variables):
            yield from variables
        case Group(_, keys, aggregates, _):
            yield from keys
            for variable, _ in aggregates:
                yield variable


def triple_variables(triple: TriplePattern | PathPattern) -> Iterator[Variable]:
    """The variables of a triple or path pattern, in order."""
    if isinstance(triple.subject, Variable):
        yield triple.subject
    if isinstance(triple, TriplePattern) and isinstance(triple.predicate, Variable):
        yield triple.predicate
    if isinstance(triple.object, Variable):
        yield triple.object


def expression_variables(expression: Expression) -> Iterator[Variable]:
    """The variables that an expression reads itself: not those of an EXISTS pattern in it."""
    match expression:
        case Variable():
            yield expression
        case Call(_, arguments):
            for argument in arguments:
                yield from expression_variables(argument)
        case Aggregate(_, argument, _, _) if argument is not None:
            yield from expression_variables(argument)
