"""What has no solution is left out of what it stands in.

{ A } UNION { nothing }  ->  A        A MINUS { nothing }  ->  A
A OPTIONAL { nothing }   ->  A        A FILTER NOT EXISTS { nothing }  ->  A
"""

from __future__ import annotations

from dataclasses import replace

from federation.algebra import Call, Exists, Expression
from federation.planning.conditions import all_true, conjuncts
from federation.planning.plan import (
    AntiJoin,
    Closure,
    Empty,
    Extend,
    Filter,
    Group,
    Join,
    LeftJoin,
    Modify,
    Plan,
    UnionAll,
    rebuilt,
    variables_of,
)


def drop_empty(plan: Plan) -> Plan:
    """Leave out the parts of a plan that give nothing, or the whole where nothing is left."""
    plan = rebuilt(plan, drop_empty)
    match plan:
        case UnionAll(branches=branches):
            kept = tuple(branch for branch in branches if not isinstance(branch, Empty))
            if not kept:
                return Empty(variables_of(plan))
            if len(kept) == len(branches) or len(kept) > 1 or plan.distinct:
                return replace(plan, branches=kept)
            return kept[0]
        case Join(children=parts) if any(isinstance(part, Empty) for part in parts):
            return Empty(variables_of(plan))
        case LeftJoin(left=Empty()) | AntiJoin(left=Empty()):
            return Empty(variables_of(plan))
        case LeftJoin(left=left, right=Empty()) | AntiJoin(left=left, right=Empty()):
            return left
        case Filter(child=Empty()) | Extend(child=Empty()) | Modify(child=Empty()):
            return Empty(variables_of(plan))
        case Group(child=Empty(), keys=keys) if keys or not plan.implicit:
            return Empty(variables_of(plan))
        case Filter():
            return _filter(plan)
        case Closure(step=Empty(), zero=False):
            return Empty(variables_of(plan))
        case _:
            return plan


def _filter(plan: Filter) -> Plan:
    """A filter without the EXISTS that are known to be false."""
    empty = {node for node, found in plan.exists if isinstance(found.plan, Empty)}
    if not empty:
        return plan
    left: list[Expression] = []
    for condition in conjuncts(plan.condition):
        match condition:
            case Exists() if condition in empty:
                return Empty(variables_of(plan))
            case Call(function="!", arguments=(Exists() as node,)) if node in empty:
                continue
            case _:
                left.append(condition)
    if not left:
        return plan.child
    return replace(plan, condition=all_true(left))
