"""Group before a join that only looks up what belongs to a group: aggregates below keyed joins.

    ?reading by:segment ?s ; by:load ?load . ?s rdfs:label ?name
    GROUP BY ?s ?name                      the readings are grouped by ?s, and few rows joined

The other side must have at most one solution for each value of what it is joined by, and all of
that must be among the group's keys (a name alone may be that of two): then all solutions of a group
are joined with the same one, or none is.
"""

from __future__ import annotations

from dataclasses import replace

from federation.algebra import Aggregate, Expression
from federation.planning.conditions import is_volatile
from federation.planning.disjointness import rows_repeat
from federation.planning.domains import domains
from federation.planning.expressions import exists_in, variables_in
from federation.planning.plan import (
    Extend,
    Filter,
    Group,
    Join,
    LeftJoin,
    Modify,
    Plan,
    Scan,
    rebuilt,
    variables_of,
)


def group_early(plan: Plan) -> Plan:
    """Group the side of a join that all aggregates read, where the other is keyed."""
    plan = rebuilt(plan, group_early)
    if not isinstance(plan, Group):
        return plan
    return _grouped(plan) or plan


def _grouped(plan: Group) -> Plan | None:
    """The join of a smaller group and what is looked up for it; None if that is not the same."""
    if any(one.argument is None and one.distinct for _, one in plan.aggregates):
        # COUNT(DISTINCT *) counts whole solutions
        return None
    for found in _splits(plan.child):
        many, keyed, optional = found
        names = set(variables_of(many))
        keys = tuple(key for key in plan.keys if key in names)
        if not _is_looked_up(many, keyed, keys) or not _reads_only(plan.aggregates, many, keyed):
            continue
        if isinstance(many, Scan) and not rows_repeat(_with_outputs(many, set(keys))):
            # each row is a group
            continue
        grouped = group_early(replace(plan, child=many, keys=keys))
        joined: Plan = (
            LeftJoin(grouped, keyed, None) if optional else Join((*_parts(grouped), keyed))
        )
        return _projected(joined, variables_of(plan))
    return None


def _splits(plan: Plan) -> list[tuple[Plan, Scan, bool]]:
    """What may be a group's many solutions and what is looked up for them (or for some of them,
    as an OPTIONAL).

    Conditions on what is looked up are none: they would leave out solutions before they are
    grouped.
    """
    match plan:
        case Join(children=parts):
            return [
                (_joined([*parts[:index], *parts[index + 1 :]]), part, False)
                for index, part in enumerate(parts)
                if isinstance(part, Scan)
                and not part.conditions
                and not part.equal
                and _hang_together([*parts[:index], *parts[index + 1 :]])
            ]
        case LeftJoin(left=left, right=Scan() as right, condition=None):
            return [(left, right, True)]
        case (
            Filter(child=child, condition=expression, exists=())
            | Extend(child=child, expression=expression, exists=())
        ) if not is_volatile(expression):
            return [
                (replace(plan, child=many), keyed, optional)
                for many, keyed, optional in _splits(child)
                if not _reads(expression, many, keyed)
            ]
        case _:
            return []


def _hang_together(parts: list[Plan]) -> bool:
    """Whether some plans are joined with each other by what they share, not by a product."""
    names, left = set(variables_of(parts[0])), parts[1:]
    while left:
        near = [part for part in left if not names.isdisjoint(variables_of(part))]
        if not near:
            return False
        names.update(*map(variables_of, near))
        left = [part for part in left if part not in near]
    return True


def _joined(parts: list[Plan]) -> Plan:
    return parts[0] if len(parts) == 1 else Join(tuple(parts))


def _parts(plan: Plan) -> tuple[Plan, ...]:
    return plan.children if isinstance(plan, Join) else (plan,)


def _reads(expression: Expression, many: Plan, keyed: Scan) -> bool:
    """Whether an expression reads what only the keyed side gives."""
    return bool(variables_in(expression) & (set(variables_of(keyed)) - set(variables_of(many))))


def _reads_only(aggregates: tuple[tuple[str, Aggregate], ...], many: Plan, keyed: Scan) -> bool:
    """Whether all that is aggregated is of the many side, and the same each time."""
    return not any(
        one.argument is not None
        and (
            _reads(one.argument, many, keyed)
            or is_volatile(one.argument)
            or exists_in(one.argument)
        )
        for _, one in aggregates
    )


def _is_looked_up(many: Plan, keyed: Scan, keys: tuple[str, ...]) -> bool:
    """Whether each group by some keys is joined with one row of the keyed side at most."""
    shared = set(variables_of(many)) & set(variables_of(keyed))
    return (
        bool(shared)
        and not keyed.distinct
        and shared <= set(keys)
        and shared <= domains(many).keys()
        and shared <= domains(keyed).keys()
        and not rows_repeat(_with_outputs(keyed, shared))
    )


def _with_outputs(scan: Scan, names: set[str]) -> Scan:
    return replace(scan, outputs=tuple(pair for pair in scan.outputs if pair[0] in names))


def _projected(plan: Plan, names: tuple[str, ...]) -> Plan:
    return plan if set(variables_of(plan)) <= set(names) else Modify(plan, names)
