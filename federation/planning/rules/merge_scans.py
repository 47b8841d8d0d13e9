"""Self-join elimination by keys: patterns about one row are read from that row at once.

    ?a by:population ?n . ?a by:year ?y     one scan, where the subject's columns hold a key

and the like for OPTIONAL: nullable columns instead of a left join.
"""

from __future__ import annotations

from dataclasses import replace

from federation.planning.disjointness import column_symbols
from federation.planning.plan import (
    Extend,
    Filter,
    Join,
    LeftJoin,
    OptionalOutputs,
    Plan,
    Scan,
    UnionAll,
    variables_of,
)


def merge_scans(plan: Plan) -> Plan:
    """Merge scans of the same row, in each join of a pattern."""
    match plan:
        case UnionAll(branches=branches, distinct=distinct):
            return UnionAll(tuple(merge_scans(branch) for branch in branches), distinct)
        case Join(children=parts):
            merged = _merge_all([merge_scans(part) for part in parts])
            return merged[0] if len(merged) == 1 else Join(tuple(merged))
        case _:
            return plan


def _merge_all(parts: list[Plan]) -> list[Plan]:
    done: list[Plan] = []
    for part in parts:
        for position, other in enumerate(done):
            merged = merge_pair(other, part)
            if merged is not None:
                done[position] = merged
                break
        else:
            done.append(part)
    return done if len(done) == len(parts) else _merge_all(done)


def merge_pair(left: Plan, right: Plan) -> Scan | None:
    """One scan for two that must read the same row; None if that is not certain."""
    if not (isinstance(left, Scan) and isinstance(right, Scan)) or not _same_row(left, right):
        return None
    if left.optional or right.optional:
        return None
    outputs = dict(left.outputs)
    equal = [*left.equal, *right.equal]
    for name, term in right.outputs:
        if name in outputs and outputs[name] != term:
            equal.append((outputs[name], term))
        outputs.setdefault(name, term)
    return Scan(
        table=left.table,
        outputs=tuple(outputs.items()),
        required=tuple(dict.fromkeys((*left.required, *right.required))),
        conditions=tuple(dict.fromkeys((*left.conditions, *right.conditions))),
        distinct=False,
        graphs=tuple(dict.fromkeys((*left.graphs, *right.graphs))),
        patterns=(*left.patterns, *right.patterns),
        equal=tuple(dict.fromkeys(equal)),
    )


def _same_row(left: Scan, right: Scan) -> bool:
    """Whether a key's columns are determined alike by both scans."""
    if left.table != right.table:
        return False
    one, other = column_symbols(left), column_symbols(right)
    return any(
        all(one.get(column, set()) & other.get(column, set()) for column in key)
        for key in left.table.relation.keys
    )


def optional_as_columns(plan: LeftJoin) -> Plan:
    """A left join with a scan of a row that the left side has read becomes nullable columns."""
    if plan.condition is not None or not isinstance(plan.right, Scan):
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
    if left.distinct or right.optional or not _same_row(left, right):
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
