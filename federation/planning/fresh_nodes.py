"""BNODE of a text: the same node for the same text within one solution, and only there.

SPARQL 1.1 section 17.4.2.9. Each solution is given a name of its own below all expressions that are
computed for it, and BNODE is made of that name and the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from federation.algebra import (
    Aggregate,
    Call,
    Expression,
    Extend,
    Filter,
    Group,
    OrderBy,
    Pattern,
    Project,
    Variable,
)

_NAME = "BNODE"


def name_solutions(pattern: Pattern, visible: tuple[str, ...], numbers: Iterator[int]) -> Pattern:
    """The pattern with its solutions named, where `makes_nodes`.

    `visible` are the variables that the pattern binds; the name is none of them.
    """
    named = _with_name(pattern, _variable(numbers))
    if isinstance(pattern, Group):
        return named
    return Project(named, tuple(Variable(name) for name in visible))


def name_ordered(pattern: OrderBy, numbers: Iterator[int]) -> OrderBy:
    """An ORDER BY over named solutions, if one of its keys needs that."""
    if not any(_has_text_node(key.expression) for key in pattern.keys):
        return pattern
    variable = _variable(numbers)
    keys = tuple(replace(key, expression=_named(key.expression, variable)) for key in pattern.keys)
    return OrderBy(_extended(pattern.pattern, variable), keys)


def makes_nodes(pattern: Pattern) -> bool:
    """Whether an expression at the top of a pattern has BNODE of a text."""
    match pattern:
        case Extend(expression=expression, pattern=inner):
            return _has_text_node(expression) or makes_nodes(inner)
        case Filter(condition=condition, pattern=inner):
            return _has_text_node(condition) or makes_nodes(inner)
        case Group(aggregates=aggregates):
            return any(_has_text_node(aggregate) for _, aggregate in aggregates)
        case _:
            return False


def _variable(numbers: Iterator[int]) -> Variable:
    return Variable(f".solution{next(numbers)}")


def _extended(pattern: Pattern, variable: Variable) -> Pattern:
    return Extend(pattern, variable, Call("STRUUID", ()))


def _has_text_node(expression: Expression) -> bool:
    match expression:
        case Call(function=function, arguments=arguments):
            return (function == _NAME and len(arguments) == 1) or any(
                map(_has_text_node, arguments)
            )
        case Aggregate(argument=argument) if argument is not None:
            return _has_text_node(argument)
        case _:
            return False


def _with_name(pattern: Pattern, variable: Variable) -> Pattern:
    """The pattern over solutions that are named below the last of its expressions."""
    match pattern:
        case Extend(expression=expression, pattern=inner):
            below = _with_name(inner, variable)
            return replace(pattern, expression=_named(expression, variable), pattern=below)
        case Filter(condition=condition, pattern=inner):
            return Filter(_named(condition, variable), _with_name(inner, variable))
        case Group(aggregates=aggregates, pattern=inner):
            made = tuple(
                (name, replace(one, argument=_named(one.argument, variable)))
                if one.argument is not None
                else (name, one)
                for name, one in aggregates
            )
            return replace(pattern, pattern=_extended(inner, variable), aggregates=made)
        case _:
            return _extended(pattern, variable)


def _named(expression: Expression, variable: Variable) -> Expression:
    if not isinstance(expression, Call):
        return expression
    arguments = tuple(_named(argument, variable) for argument in expression.arguments)
    if expression.function == _NAME and len(arguments) == 1:
        arguments = (*arguments, variable)
    return Call(expression.function, arguments)
