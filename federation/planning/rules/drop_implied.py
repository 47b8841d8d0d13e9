"""Leave out joins that change nothing: redundant foreign keys.

    ?trip gtfs:route ?route . ?route a gtfs:Route    every route of a trip is a route: one scan

What is joined only by terms that another part of the join has, each of them certainly once, and
gives nothing else, neither adds a solution nor takes one away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from federation.planning.disjointness import is_same_shape
from federation.planning.plan import (
    AntiJoin,
    Extend,
    Filter,
    Group,
    Join,
    LeftJoin,
    Modify,
    Plan,
    Scan,
    UnionAll,
    graphs_used,
    rebuilt,
    scans,
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
        absorbed = _absorbed_by_one(rest, parts[position])
        if absorbed is None:
            position += 1
        else:
            parts = absorbed
    return parts[0] if len(parts) == 1 else Join(tuple(parts))


def _absorbed_by_one(parts: list[Plan], implied: Plan) -> list[Plan] | None:
    """The parts without the implied one, which one of them now stands for; None if none does."""
    if not isinstance(implied, Scan | UnionAll):
        return None
    for position, part in enumerate(parts):
        absorbed = _absorb(part, implied)
        if absorbed is not None:
            return [*parts[:position], absorbed, *parts[position + 1 :]]
    return None


def _absorb(plan: Plan, implied: Plan) -> Plan | None:
    """The plan, if each of its solutions joins exactly one of the implied ones; else None.

    Its first scan takes over the graphs, which the answer still rests on.
    """
    match plan:
        case Scan():
            return _credited(plan, implied) if _implies(plan, implied) else None
        case UnionAll(branches=branches):
            found = [_absorb(branch, implied) for branch in branches]
            if any(one is None for one in found):
                return None
            return replace(plan, branches=tuple(one for one in found if one is not None))
        case Join(children=parts):
            absorbed = _absorbed_by_one(list(parts), implied)
            return None if absorbed is None else Join(tuple(absorbed))
        case LeftJoin(left=left) | AntiJoin(left=left):
            inner = _absorb(left, implied)
            return None if inner is None else replace(plan, left=inner)
        case Filter(child=child) | Extend(child=child):
            inner = _absorb(child, implied)
            return None if inner is None else replace(plan, child=inner)
        case Modify(child=child, variables=names) | Group(child=child, keys=names):
            inner = _absorb(child, implied) if set(variables_of(implied)) <= set(names) else None
            return None if inner is None else replace(plan, child=inner)
        case _:
            return None


def _credited(scan: Scan, implied: Plan) -> Scan:
    return replace(
        scan,
        graphs=tuple(dict.fromkeys((*scan.graphs, *graphs_used(implied)))),
        patterns=(*scan.patterns, *(text for one in scans(implied) for text in one.patterns)),
    )


def _implies(scan: Scan, implied: Plan) -> bool:
    """Whether each row of a scan joins exactly one solution of what is implied."""
    if isinstance(implied, UnionAll):
        # a set of solutions has the row's terms at most once, whichever branch they come from
        return implied.distinct and any(
            isinstance(branch, Scan)
            and (columns := _shared_columns(scan, branch)) is not None
            and _has_row(scan, branch, columns)
            and set(variables_of(branch)) == set(variables_of(implied))
            for branch in implied.branches
        )
    assert isinstance(implied, Scan)
    columns = _shared_columns(scan, implied)
    if columns is None or not _has_row(scan, implied, columns):
        return False
    keys = implied.table.relation.keys
    return implied.distinct or any(set(columns.values()) >= set(key) for key in keys)


def _shared_columns(scan: Scan, implied: Scan) -> Mapping[str, str] | None:
    """For columns of the scan those of the implied one that hold the same where terms are equal.

    None if the implied scan gives more than those terms, or they may be equal otherwise.
    """
    if implied.optional:
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
    if (scan.table.silo, scan.table.folder) != (implied.table.silo, implied.table.folder):
        return False
    return any(
        found.relation == implied.table.relation.name
        and dict(zip(found.columns, found.others, strict=True)) == dict(columns)
        for found in scan.table.relation.foreign_keys
    )
