"""What each rule of the optimiser did to a query: for people, by planning it rule by rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from federation import algebra
from federation.planning.plan import (
    AntiJoin,
    Filter,
    First,
    Join,
    LeftJoin,
    Modify,
    Plan,
    Scan,
    UnionAll,
    children,
    variables_of,
)
from federation.planning.rules import RULES
from federation.planning.translate import Dataset, Planner

_NAMES = (
    ("scans", "scan", "scans"),
    ("columns", "value read", "values read"),
    ("conditions", "condition on columns", "conditions on columns"),
    ("unions", "union", "unions"),
    ("sets", "set made of rows", "sets made of rows"),
    ("joins", "join", "joins"),
    ("left joins", "left join", "left joins"),
    ("filters", "filter", "filters"),
    ("sorted slices", "sorted slice", "sorted slices"),
    ("first rows", "slice of first rows", "slices of first rows"),
)


def effects(pattern: algebra.Pattern, dataset: Dataset) -> Iterator[tuple[str, str]]:
    """The rules that changed the plan of a query's pattern, each with what it changed, in order.

    Raises Unsupported, naming what SQL cannot express.
    """
    before: Plan | None = None
    for count in range(len(RULES) + 1):
        after = Planner(dataset, dataset.default, RULES[:count]).plan(pattern)
        if before is not None and after != before:
            yield RULES[count - 1].__name__, _difference(before, after)
        before = after


def _difference(before: Plan, after: Plan) -> str:
    one, other = _counted(before), _counted(after)
    changes = [
        f"{one[key]} -> {other[key]} {single if other[key] == 1 else several}"
        for key, single, several in _NAMES
        if one[key] != other[key]
    ]
    return ", ".join(changes) or "the same parts in another place"


def _counted(plan: Plan) -> Counter[str]:
    """How many there are of what costs, in a plan and all below it."""
    found = Counter(_own(plan))
    for below in children(plan):
        found += _counted(below)
    return found


def _own(plan: Plan) -> Iterator[str]:
    match plan:
        case Scan():
            yield "scans"
            yield from ("columns" for _ in variables_of(plan))
            yield from ("conditions" for _ in (*plan.conditions, *plan.equal))
            if plan.distinct:
                yield "sets"
        case UnionAll(distinct=distinct):
            yield "unions"
            if distinct:
                yield "sets"
        case Join():
            yield "joins"
        case LeftJoin() | AntiJoin():
            yield "left joins"
        case Filter():
            yield "filters"
        case Modify(limit=limit) if limit is not None:
            yield "sorted slices"
        case First():
            yield "first rows"
        case _:
            return
