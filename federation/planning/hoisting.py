"""EXISTS inside an aggregate or ORDER BY, computed before as a variable of each solution.

An expression has the same value whether it is computed by the modifier or by an `Extend` below it
(SPARQL 1.1 section 18.2.4).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from federation.algebra import Aggregate, Extend, Group, OrderBy, Pattern, SortKey, Variable
from federation.planning.expressions import exists_in


def exists_below_group(pattern: Group, numbers: Iterator[int]) -> Group:
    """A group whose aggregates read variables in the place of expressions with EXISTS."""
    inner: Pattern = pattern.pattern
    aggregates: list[tuple[Variable, Aggregate]] = []
    for name, aggregate in pattern.aggregates:
        argument = aggregate.argument
        if argument is not None and exists_in(argument):
            variable = _variable(numbers)
            inner = Extend(inner, variable, argument)
            aggregate = replace(aggregate, argument=variable)
        aggregates.append((name, aggregate))
    return replace(pattern, pattern=inner, aggregates=tuple(aggregates))


def counts_solutions(pattern: Group) -> bool:
    """Whether a group counts distinct solutions, of which every variable is a part."""
    return any(one.argument is None and one.distinct for _, one in pattern.aggregates)


def exists_below_order(pattern: OrderBy, numbers: Iterator[int]) -> OrderBy:
    """An ORDER BY by variables in the place of expressions with EXISTS."""
    inner: Pattern = pattern.pattern
    keys: list[SortKey] = []
    for key in pattern.keys:
        if exists_in(key.expression):
            variable = _variable(numbers)
            inner = Extend(inner, variable, key.expression)
            key = replace(key, expression=variable)
        keys.append(key)
    return OrderBy(inner, tuple(keys))


def _variable(numbers: Iterator[int]) -> Variable:
    return Variable(f".exists{next(numbers)}")
