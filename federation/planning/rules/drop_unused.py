"""Compute only what is used: projection push-down.

    SELECT (COUNT(?x) AS ?n) { ?x by:size ?s }     the sizes are looked at, but not read

What an outer SELECT, an expression, a join or a set does not need is left out of the scans and
unions below it; a row still counts only where the column that was left out is not NULL.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from federation.algebra import Exists, Expression
from federation.planning.disjointness import rows_repeat
from federation.planning.domains import domains
from federation.planning.expressions import variables_in
from federation.planning.plan import (
    AntiJoin,
    Closure,
    ExistsPlan,
    Extend,
    Filter,
    Group,
    Join,
    LeftJoin,
    Modify,
    Plan,
    Scan,
    UnionAll,
    rebuilt,
    variables_of,
)
from mappers.published import TermMap

Planned = tuple[tuple[Exists, ExistsPlan], ...]
Outputs = tuple[tuple[str, TermMap], ...]


def drop_unused(plan: Plan) -> Plan:
    """Leave out the variables that nothing above them reads."""
    return _narrowed(plan, set(variables_of(plan)))


def _narrowed(plan: Plan, needed: set[str]) -> Plan:
    """A plan whose solutions, restricted to the needed variables, are the same bag."""
    match plan:
        case Scan():
            return _scan(plan, needed)
        case UnionAll(branches=branches, distinct=distinct):
            # a set of solutions is one of whole solutions
            below = set(variables_of(plan)) if distinct else needed
            return replace(plan, branches=tuple(_narrowed(branch, below) for branch in branches))
        case Join(children=parts):
            times = Counter(name for part in parts for name in variables_of(part))
            below = needed | {name for name, count in times.items() if count > 1}
            return Join(tuple(_narrowed(part, below) for part in parts))
        case LeftJoin():
            return _left_join(plan, needed)
        case AntiJoin(left=left, right=right):
            shared = set(variables_of(left)) & set(variables_of(right))
            return AntiJoin(_narrowed(left, needed | shared), _narrowed(right, shared))
        case Filter(child=child, condition=condition, exists=exists):
            below = needed | _read(condition, exists)
            return replace(
                plan, child=_narrowed(child, below), exists=_exists(exists, variables_of(child))
            )
        case Extend(child=child, variable=variable, expression=expression, exists=exists):
            if variable not in needed:
                return _narrowed(child, needed)
            below = needed | _read(expression, exists)
            return replace(
                plan, child=_narrowed(child, below), exists=_exists(exists, variables_of(child))
            )
        case Group():
            return _group(plan, needed)
        case Modify():
            return _modify(plan, needed)
        case Closure():
            return rebuilt(plan, drop_unused)
        case _:
            return plan


def _scan(scan: Scan, needed: set[str]) -> Scan:
    if scan.distinct or needed.issuperset(variables_of(scan)):
        return scan
    optional = (replace(group, outputs=_kept(group.outputs, needed)) for group in scan.optional)
    return replace(
        scan,
        outputs=_kept(scan.outputs, needed),
        optional=tuple(group for group in optional if group.outputs),
    )


def _kept(outputs: Outputs, needed: set[str]) -> Outputs:
    return tuple((name, term) for name, term in outputs if name in needed)


def _left_join(plan: LeftJoin, needed: set[str]) -> Plan:
    left, right = variables_of(plan.left), variables_of(plan.right)
    below = needed | (set(left) & set(right))
    if plan.condition is not None:
        below |= _read(plan.condition, plan.exists)
    narrowed = replace(
        plan,
        left=_narrowed(plan.left, below),
        right=_narrowed(plan.right, below),
        exists=_exists(plan.exists, (*left, *right)),
    )
    return narrowed.left if _adds_nothing(narrowed) else narrowed


def _adds_nothing(plan: LeftJoin) -> bool:
    """Whether a left join gives each left solution once, as it is."""
    right = plan.right
    return (
        isinstance(right, Scan)
        and (right.distinct or not rows_repeat(right))
        and not right.optional
        and domains(plan.left).keys() >= set(variables_of(right))
    )


def _group(plan: Group, needed: set[str]) -> Plan:
    made = tuple((name, one) for name, one in plan.aggregates if name in needed)
    if not made:
        # the one group of a Group without keys is there only for an aggregate
        made = plan.aggregates[:1]
    below = set(plan.keys)
    for _, one in made:
        if one.argument is not None:
            below |= variables_in(one.argument)
        elif one.distinct:
            # COUNT(DISTINCT *) counts whole solutions
            below |= set(variables_of(plan.child))
    return replace(plan, child=_narrowed(plan.child, below), aggregates=made)


def _modify(plan: Modify, needed: set[str]) -> Plan:
    variables = plan.variables
    # which rows a slice takes, and which are the same, goes by all that is selected
    if not plan.distinct and plan.limit is None and not plan.offset:
        variables = tuple(name for name in variables if name in needed)
    below = set(variables).union(*(variables_in(key.expression) for key in plan.order))
    return replace(plan, child=_narrowed(plan.child, below), variables=variables)


def _read(expression: Expression, exists: Planned) -> set[str]:
    """What an expression reads of the solutions it is computed for, its EXISTS included."""
    return variables_in(expression).union(*(_read_by(found) for _, found in exists))


def _read_by(found: ExistsPlan) -> set[str]:
    names = set(variables_of(found.plan))
    for condition in found.conditions:
        names |= variables_in(condition)
    return names.union(*(_read_by(nested) for _, nested in found.exists))


def _exists(exists: Planned, outer: tuple[str, ...]) -> Planned:
    """EXISTS that give only what is compared with the outer solutions, or read by conditions."""
    found = []
    for node, one in exists:
        inside = (*outer, *variables_of(one.plan))
        below = set(outer).union(*(_read(condition, one.exists) for condition in one.conditions))
        narrowed = replace(one, plan=_narrowed(one.plan, below), exists=_exists(one.exists, inside))
        found.append((node, narrowed))
    return tuple(found)
