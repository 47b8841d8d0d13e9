"""Grouping, solution modifiers and projection as algebra (SPARQL 1.1, 18.2.4 and 18.2.5)."""

from __future__ import annotations

from dataclasses import dataclass, field

from federation.algebra import (
    Aggregate,
    Call,
    Distinct,
    Expression,
    Extend,
    Filter,
    Group,
    OrderBy,
    Pattern,
    Project,
    Reduced,
    Slice,
    SortKey,
    Values,
    Variable,
)
from federation.syntax.patterns import join
from federation.syntax.rewrite import rewrite_expression


@dataclass(slots=True)
class Modifiers:
    """What a query says about its solutions besides their pattern, as read."""

    selected: list[tuple[Variable, Expression | None]] = field(default_factory=list)
    """The projection in order; empty for `*` and where the form has none."""
    projected: tuple[Variable, ...] | None = None
    """The variables of the answer; None where the form projects nothing."""
    distinct: bool = False
    reduced: bool = False
    grouped: bool = False
    keys: list[tuple[Variable, Expression | None]] = field(default_factory=list)
    having: Expression | None = None
    order: list[SortKey] = field(default_factory=list)
    offset: int = 0
    limit: int | None = None
    values: Values | None = None
    aggregates: dict[Aggregate, Variable] = field(default_factory=dict)


def apply_modifiers(pattern: Pattern, modifiers: Modifiers) -> Pattern:
    """The pattern under the modifiers, in the order of the specification."""
    renamed: dict[Variable, Variable] = {}
    if modifiers.grouped or modifiers.aggregates:
        pattern, renamed = _group(pattern, modifiers)
    having, order = modifiers.having, modifiers.order
    if renamed:
        having = having and _renamed(having, renamed)
        order = [SortKey(_renamed(key.expression, renamed), key.descending) for key in order]
    if having is not None:
        pattern = Filter(having, pattern)
    if modifiers.values is not None:
        pattern = join(pattern, modifiers.values)
    for variable, expression in modifiers.selected:
        if expression is not None:
            value = _renamed(expression, renamed) if renamed else expression
            if value != variable:
                pattern = Extend(pattern, variable, value)
    if order:
        pattern = OrderBy(pattern, tuple(order))
    if modifiers.projected is not None:
        pattern = Project(pattern, modifiers.projected)
    if modifiers.distinct:
        pattern = Distinct(pattern)
    elif modifiers.reduced:
        pattern = Reduced(pattern)
    if modifiers.offset or modifiers.limit is not None:
        pattern = Slice(pattern, modifiers.offset, modifiers.limit)
    return pattern


def _group(pattern: Pattern, modifiers: Modifiers) -> tuple[Pattern, dict[Variable, Variable]]:
    """The Group, and which aggregate's variable is named as the text's `AS` names it."""
    keys: dict[Variable, None] = {}
    for variable, expression in modifiers.keys:
        keys[variable] = None
        if expression is not None:
            pattern = Extend(pattern, variable, expression)
    own = set(modifiers.aggregates.values())
    renamed: dict[Variable, Variable] = {}
    for variable, expression in modifiers.selected:
        if isinstance(expression, Variable) and expression in own:
            renamed.setdefault(expression, variable)
    aggregates = tuple(
        (renamed.get(variable, variable), aggregate)
        for aggregate, variable in modifiers.aggregates.items()
    )
    return Group(pattern, tuple(keys), aggregates, not modifiers.grouped), renamed


def _renamed(expression: Expression, names: dict[Variable, Variable]) -> Expression:
    return rewrite_expression(
        expression, lambda node: names.get(node) if isinstance(node, Variable) else None
    )


def conjunction(left: Expression | None, right: Expression) -> Expression:
    """`left && right`, or just `right`."""
    return right if left is None else Call("&&", (left, right))
