"""Replacing parts of the algebra, everywhere in a pattern or an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from typing import TypeVar

from federation.algebra import Aggregate, Call, Expression

Node = TypeVar("Node")


def rewrite(node: Node, replace: Callable[[object], object | None]) -> Node:
    """The node with each part for which `replace` gives a value put in that part's place.

    Parts are visited from the outside in; a replaced part is not entered. Equal parts are shared.
    """
    if isinstance(node, str | int) or node is None:
        return node
    replaced = replace(node)
    if replaced is not None:
        return replaced  # type: ignore[return-value]  # the caller keeps the grammar of the algebra
    if isinstance(node, tuple):
        return _rewritten_items(node, replace)  # type: ignore[return-value]
    if is_dataclass(node) and not isinstance(node, type):
        names: tuple[str, ...] = type(node).__slots__  # type: ignore[attr-defined]
        changed = False
        values = []
        # A plain loop: each level of the algebra costs few frames of the stack.
        for name in names:
            old = getattr(node, name)
            new = rewrite(old, replace)
            changed = changed or new is not old
            values.append(new)
        return type(node)(*values) if changed else node
    return node


def _rewritten_items(
    items: tuple[object, ...], replace: Callable[[object], object | None]
) -> tuple[object, ...]:
    changed = False
    values = []
    for old in items:
        new = rewrite(old, replace)
        changed = changed or new is not old
        values.append(new)
    return tuple(values) if changed else items


def rewrite_expression(
    expression: Expression, replace: Callable[[Expression], Expression | None]
) -> Expression:
    """The expression with parts replaced; patterns of EXISTS are not entered."""
    replaced = replace(expression)
    if replaced is not None:
        return replaced
    match expression:
        case Call(function, arguments):
            return Call(
                function, tuple(rewrite_expression(argument, replace) for argument in arguments)
            )
        case Aggregate(function, argument, distinct, separator) if argument is not None:
            return Aggregate(function, rewrite_expression(argument, replace), distinct, separator)
        case _:
            return expression


def substitute(node: Node, terms: Mapping[object, object]) -> Node:
    """The node with each key of `terms` replaced by its value."""
    return rewrite(node, lambda part: terms.get(part))
