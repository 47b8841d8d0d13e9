"""OPTIONAL on a row that is read anyway: nullable columns instead of a left join.

?a by:population ?n OPTIONAL { ?a by:year ?y }     one scan, where a key tells the row
"""

from __future__ import annotations

from dataclasses import replace

from federation.planning.plan import (
    Extend,
    Filter,
    Join,
    LeftJoin,
    OptionalOutputs,
    Plan,
    Scan,
    variables_of,
)
from federation.planning.rules.merge_scans import is_same_row


def optional_as_columns(plan: Plan) -> Plan:
    """A left join with a scan of a row that the left side has read becomes nullable columns."""
    if not isinstance(plan, LeftJoin) or plan.condition is not None:
        return plan
    if not isinstance(plan.right, Scan):
        return plan
    merged = _add_optional(plan.left, plan.right, set(variables_of(plan.left)))
    return plan if merged is None else merged


def _add_optional(left: Plan, right: Scan, left_variables: set[str]) -> Plan | None:
    """The left plan with the right scan's variables as optional outputs of one of its scans."""
    match left:
        case Scan():
            return _attach(left, right, left_variables)
        case Join(children=parts):
            for position, part in enumerate(parts):
                merged = _add_optional(part, right, left_variables)
                if merged is not None:
                    return Join((*parts[:position], merged, *parts[position + 1 :]))
            return None
        case LeftJoin(left=inner) | Filter(child=inner) | Extend(child=inner):
            merged = _add_optional(inner, right, left_variables)
            if merged is None:
                return None
            if isinstance(left, LeftJoin):
                return replace(left, left=merged)
            return replace(left, child=merged)
        case _:
            return None


def _attach(left: Scan, right: Scan, left_variables: set[str]) -> Scan | None:
    if left.distinct or right.optional or not is_same_row(left, right):
        return None
    outputs = dict(left.outputs)
    shared = {name for name, _ in right.outputs} & left_variables
    if any(outputs.get(name) != term for name, term in right.outputs if name in shared):
        return None
    added = OptionalOutputs(
        outputs=tuple((name, term) for name, term in right.outputs if name not in shared),
        required=right.required,
        conditions=right.conditions,
        equal=right.equal,
    )
    if not added.outputs:
        return left
    return replace(
        left,
        optional=(*left.optional, added),
        graphs=tuple(dict.fromkeys((*left.graphs, *right.graphs))),
        patterns=(*left.patterns, *(f"OPTIONAL {text}" for text in right.patterns)),
    )
