"""EXISTS on a row that is read anyway: conditions on its columns instead of a sub-query.

?part by:count ?n FILTER NOT EXISTS { ?part by:sex ?sex }     rows in which the column is NULL

Over a union each branch is looked at by itself, with what of the EXISTS can match it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, TypeGuard

from federation.algebra import Call, Exists, Expression
from federation.planning.conditions import all_true, conjuncts
from federation.planning.domains import domains
from federation.planning.expressions import exists_in
from federation.planning.plan import (
    Empty,
    Excluded,
    ExistsPlan,
    Extend,
    Filter,
    Join,
    LeftJoin,
    Plan,
    Scan,
    UnionAll,
    graphs_used,
    rebuilt,
    variables_of,
)
from federation.planning.rules.merge_scans import is_same_row
from federation.planning.rules.prune_incompatible import restrict

_MOST_BRANCHES: Final = 8
"""Branches of a union into which an EXISTS is copied."""

Plans = Mapping[Exists, ExistsPlan]


@dataclass(frozen=True, slots=True)
class _Asked:
    """A condition that is an EXISTS (`wanted`) or a NOT EXISTS."""

    node: Exists
    wanted: bool


def exists_on_row(plan: Plan) -> Plan:
    """Make conditions of what EXISTS asks of a row that its outer solution was read from."""
    plan = rebuilt(plan, exists_on_row)
    if not isinstance(plan, Filter) or not plan.exists:
        return plan
    union = plan.child
    if _may_be_copied_into(union):
        branches = [_filtered(replace(plan, child=branch)) for branch in union.branches]
        if all(found is None for found in branches):
            return plan
        kept = [
            replace(plan, child=branch) if found is None else found
            for branch, found in zip(union.branches, branches, strict=True)
        ]
        kept = [one for one in kept if not isinstance(one, Empty)]
        if len(kept) == 1:
            return kept[0]
        return replace(union, branches=tuple(kept)) if kept else Empty(variables_of(plan))
    return _filtered(plan) or plan


def _filtered(plan: Filter) -> Plan | None:
    """The plan of a filter in which some EXISTS is answered by its row; None if none is."""
    child, plans = plan.child, dict(plan.exists)
    left: list[Expression] = []
    for condition in conjuncts(plan.condition):
        asked = _asked(condition)
        found = None if asked is None else _answered(child, plans[asked.node], asked.wanted)
        if found is None:
            left.append(condition)
        else:
            child = found
    if len(left) == len(conjuncts(plan.condition)):
        return None
    if isinstance(child, Empty) or not left:
        return child
    condition = all_true(left)
    exists = tuple((node, plans[node]) for node in exists_in(condition))
    return replace(plan, child=child, condition=condition, exists=exists)


def _asked(condition: Expression) -> _Asked | None:
    match condition:
        case Exists():
            return _Asked(condition, True)
        case Call(function="!", arguments=(Exists() as node,)):
            return _Asked(node, False)
        case _:
            return None


def _answered(child: Plan, exists: ExistsPlan, wanted: bool) -> Plan | None:
    """The solutions of a plan for which an EXISTS is true, or false; None if a row does not tell.

    The graphs that the EXISTS reads are still read, so the row's scan takes them over.
    """
    if exists.conditions or exists.exists or isinstance(exists.plan, Empty):
        return None
    if isinstance(child, Join):
        inside = _answered_in_union(child, exists, wanted)
        if inside is not None:
            return inside
    asked = restrict(exists.plan, [domains(child)])
    if isinstance(asked, Empty):
        return _if(child, not wanted)
    if not isinstance(asked, Scan) or asked.excluded or asked.optional:
        return None
    found = _on(child, asked, wanted, frozenset(variables_of(child)))
    if found is None or wanted or asked.required or asked.conditions or asked.equal:
        return found
    return _if(child, False)


def _answered_in_union(join: Join, exists: ExistsPlan, wanted: bool) -> Join | None:
    """The join with the EXISTS answered in each branch of the one union that it asks about."""
    asked = set(variables_of(exists.plan)) & set(variables_of(join))
    for position, part in enumerate(join.children):
        if not _may_be_copied_into(part) or not asked <= domains(part).keys():
            continue
        found = [_answered(branch, exists, wanted) for branch in part.branches]
        kept = [one for one in found if one is not None and not isinstance(one, Empty)]
        if kept and None not in found:
            changed = kept[0] if len(kept) == 1 else replace(part, branches=tuple(kept))
            return Join((*join.children[:position], changed, *join.children[position + 1 :]))
    return None


def _may_be_copied_into(plan: Plan) -> TypeGuard[UnionAll]:
    return isinstance(plan, UnionAll) and not plan.distinct and len(plan.branches) <= _MOST_BRANCHES


def _if(child: Plan, kept: bool) -> Plan:
    return child if kept else Empty(variables_of(child))


def _on(plan: Plan, asked: Scan, wanted: bool, visible: frozenset[str]) -> Plan | None:
    """The plan with the condition on the scan whose row is asked about."""
    match plan:
        case Scan():
            return _on_scan(plan, asked, wanted, visible)
        case Join(children=parts):
            for position, part in enumerate(parts):
                found = _on(part, asked, wanted, visible)
                if found is not None:
                    return Join((*parts[:position], found, *parts[position + 1 :]))
            return None
        case LeftJoin(left=left):
            found = _on(left, asked, wanted, visible)
            return None if found is None else replace(plan, left=found)
        case Filter(child=child) | Extend(child=child):
            found = _on(child, asked, wanted, visible)
            return None if found is None else replace(plan, child=found)
        case _:
            return None


def _on_scan(scan: Scan, asked: Scan, wanted: bool, visible: frozenset[str]) -> Scan | None:
    if scan.distinct or not is_same_row(scan, asked):
        return None
    outputs = dict(scan.outputs)
    if any(name in visible and outputs.get(name) != term for name, term in asked.outputs):
        return None
    credited = replace(
        scan,
        graphs=tuple(dict.fromkeys((*scan.graphs, *graphs_used(asked)))),
        patterns=(
            *scan.patterns,
            *(f"{'EXISTS' if wanted else 'NOT EXISTS'} {text}" for text in asked.patterns),
        ),
    )
    if not wanted:
        excluded = Excluded(asked.required, asked.conditions, asked.equal)
        return replace(credited, excluded=(*scan.excluded, excluded))
    return replace(
        credited,
        required=tuple(dict.fromkeys((*scan.required, *asked.required))),
        conditions=tuple(dict.fromkeys((*scan.conditions, *asked.conditions))),
        equal=tuple(dict.fromkeys((*scan.equal, *asked.equal))),
    )
