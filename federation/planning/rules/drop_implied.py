"""Leave out joins that change nothing: redundant foreign keys.

    ?trip gtfs:route ?route . ?route a gtfs:Route    every route of a trip is a route: one scan

What is joined only by terms that another part of the join has, each of them certainly once, and
gives nothing else, neither adds a solution nor takes one away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from federation.planning.disjointness import is_same_shape
from federation.planning.plan import (
    AntiJoin,
    Extend,
    Filter,
    Group,
    Join,
    LeftJoin,
    Modify,
    Place,
    Plan,
    Scan,
    UnionAll,
    graphs_used,
    rebuilt,
    variables_of,
)
from mappers.published import ConstantTerm, TermMap, columns_of


def drop_implied(plan: Plan) -> Plan:
    """Drop the parts of joins that some other part implies."""
    plan = rebuilt(plan, drop_implied)
    if not isinstance(plan, Join):
        return plan
    parts = list(plan.children)
    position = 0
    while position < len(parts):
        rest = [*parts[:position], *parts[position + 1 :]]
        implied = _implied_by(parts[position])
        absorbed = None if implied is None else _absorbed_by_one(rest, implied, credited=True)
        if absorbed is None:
            position += 1
        else:
            parts = absorbed
    return parts[0] if len(parts) == 1 else Join(tuple(parts))


@dataclass(frozen=True, slots=True)
class _Implied:
    """What may be implied: a scan, or the scans of a union that is a set, by their place."""

    variables: frozenset[str]
    graphs: tuple[str, ...]
    scans: Mapping[Place, tuple[Scan, ...]]
    is_set: bool


def _implied_by(plan: Plan) -> _Implied | None:
    """What a part of a join gives, if another part can stand for it."""
    match plan:
        case Scan(distinct=distinct):
            found = [plan]
        case UnionAll(branches=branches, distinct=True):
            # a set of solutions has a row's terms at most once, whichever branch they come from
            distinct = True
            found = [branch for branch in branches if isinstance(branch, Scan)]
        case _:
            return None
    names = frozenset(variables_of(plan))
    by_place: dict[Place, tuple[Scan, ...]] = {}
    for scan in found:
        if names == set(variables_of(scan)):
            place = scan.table.place
            by_place[place] = (*by_place.get(place, ()), scan)
    return _Implied(names, graphs_used(plan), by_place, distinct)


def _absorbed_by_one(parts: list[Plan], implied: _Implied, *, credited: bool) -> list[Plan] | None:
    """The parts, one of which now stands for what is implied; None if none does."""
    for position, part in enumerate(parts):
        absorbed = _absorb(part, implied, credited=credited)
        if absorbed is not None:
            return [*parts[:position], absorbed, *parts[position + 1 :]]
    return None


def _absorb(plan: Plan, implied: _Implied, *, credited: bool) -> Plan | None:
    """The plan, if each of its solutions joins exactly one of the implied ones; else None.

    Its scans take over the graphs on which the answer still rests: if `credited`, the first one all
    of them, and each other one those of the scan that it stands for.
    """
    match plan:
        case Scan():
            return _credited(plan, implied, everything=credited)
        case UnionAll(branches=branches):
            found: list[Plan] = []
            for index, branch in enumerate(branches):
                one = _absorb(branch, implied, credited=credited and index == 0)
                if one is None:
                    return None
                found.append(one)
            return replace(plan, branches=tuple(found))
        case Join(children=parts):
            absorbed = _absorbed_by_one(list(parts), implied, credited=credited)
            return None if absorbed is None else Join(tuple(absorbed))
        case LeftJoin(left=left) | AntiJoin(left=left):
            inner = _absorb(left, implied, credited=credited)
            return None if inner is None else replace(plan, left=inner)
        case Filter(child=child) | Extend(child=child):
            inner = _absorb(child, implied, credited=credited)
            return None if inner is None else replace(plan, child=inner)
        case Modify(child=child, variables=names) | Group(child=child, keys=names):
            if not implied.variables <= set(names):
                return None
            inner = _absorb(child, implied, credited=credited)
            return None if inner is None else replace(plan, child=inner)
        case _:
            return None


def _credited(scan: Scan, implied: _Implied, *, everything: bool) -> Scan | None:
    """The scan, which stands for an implied one of its place; None if there is none."""
    for one in implied.scans.get(scan.table.place, ()):
        if _implies(scan, one, is_set=implied.is_set):
            graphs = implied.graphs if everything else one.graphs
            return replace(
                scan,
                graphs=tuple(dict.fromkeys((*scan.graphs, *graphs))),
                patterns=(*scan.patterns, *one.patterns),
            )
    return None


def _implies(scan: Scan, implied: Scan, *, is_set: bool) -> bool:
    """Whether each row of a scan joins exactly one solution of what is implied."""
    columns = _shared_columns(scan, implied)
    if columns is None or not _has_row(scan, implied, columns):
        return False
    keys = implied.table.relation.keys
    return is_set or any(set(columns.values()) >= set(key) for key in keys)


def _shared_columns(scan: Scan, implied: Scan) -> Mapping[str, str] | None:
    """For columns of the scan those of the implied one that hold the same where terms are equal.

    None if the implied scan gives more than those terms, or they may be equal otherwise.
    """
    if implied.optional or implied.excluded:
        return None
    outputs = dict(scan.outputs)
    columns: dict[str, str] = {}
    for name, term in implied.outputs:
        own: TermMap | None = outputs.get(name)
        if own is None or not is_same_shape(own, term):
            return None
        if isinstance(term, ConstantTerm):
            continue
        for left, right in zip(columns_of(own), columns_of(term), strict=True):
            if columns.setdefault(left, right) != right:
                return None
    # one column of the scan beside two of the implied one would be a condition, and so is the other
    # way round
    return columns if columns and len(set(columns.values())) == len(columns) else None


def _has_row(scan: Scan, implied: Scan, columns: Mapping[str, str]) -> bool:
    """Whether the implied scan has a row for each row of the scan."""
    if scan.table == implied.table and all(left == right for left, right in columns.items()):
        # the row itself, if it counts there as well
        present = {*scan.required, *columns}
        return (
            set(implied.required) <= present
            and set(implied.conditions) <= set(scan.conditions)
            and set(implied.equal) <= set(scan.equal)
        )
    if implied.conditions or implied.equal or not set(implied.required) <= set(columns.values()):
        return False
    return any(
        found.relation == implied.table.relation.name
        and dict(zip(found.columns, found.others, strict=True)) == dict(columns)
        for found in scan.table.relation.foreign_keys
    )
