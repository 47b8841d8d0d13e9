"""A slice without an order takes the solutions that come first: LIMIT push-down.

    SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 10     the first ten rows of the first table, not of a sort

SPARQL leaves open which solutions a slice without ORDER BY takes (section 15.5). Here they are
those that come first: the branches of a union by graph and relation (those first of which each row
is surely a solution), the rows of a relation as they lie in its file. That is the same each time,
and depends on nothing but what the caller sees. Where the order of a part is not given by files it
is sorted, as a whole answer is otherwise (docs/adr/0012-slices-without-an-order.md).
"""

from __future__ import annotations

from dataclasses import replace

from federation.planning.conditions import is_volatile
from federation.planning.plan import (
    Empty,
    Extend,
    Filter,
    First,
    Inline,
    Modify,
    Plan,
    Scan,
    UnionAll,
    Unit,
    rebuilt,
    scans,
    variables_of,
)


def limit_early(plan: Plan) -> Plan:
    """Take the first solutions of slices that have no order."""
    plan = rebuilt(plan, limit_early)
    if not isinstance(plan, Modify) or plan.limit is None or plan.order or plan.distinct:
        return plan
    first = _first(plan.child, plan.offset + plan.limit)
    if first is None:
        return plan
    return First(first, plan.variables, plan.offset, plan.limit)


def _first(plan: Plan, count: int) -> Plan | None:
    """A plan that has at least the first solutions, so many of them, in their order.

    None if the solutions come in no order of their own.
    """
    match plan:
        case Scan(distinct=False) | Inline() | Unit() | Empty() | First():
            return plan
        case UnionAll(distinct=False):
            return _of_branches(plan, count)
        case Extend(child=child, exists=(), expression=expression) if not is_volatile(expression):
            below = _first(child, count)
            return None if below is None else replace(plan, child=below)
        case Filter(child=child, exists=(), condition=condition) if not is_volatile(condition):
            # how many solutions it takes to find so many is not known
            return plan if isinstance(child, Scan) and not child.distinct else None
        case Modify(child=child, order=(), distinct=False, offset=0, limit=None):
            below = _first(child, count)
            return None if below is None else replace(plan, child=below)
        case _:
            return None


def _of_branches(plan: UnionAll, count: int) -> Plan:
    """The first branches that surely have enough, each cut to as many as are asked for."""
    found: list[Plan] = []
    missing = count
    for branch in sorted(plan.branches, key=_place):
        if missing <= 0:
            break
        first = _first(branch, count)
        names = variables_of(branch)
        if first is None:
            found.append(Modify(branch, names, limit=count))
        else:
            found.append(First(first, names, 0, count))
            missing -= _rows(branch)
    if not found:
        return Empty(variables_of(plan))
    return found[0] if len(found) == 1 else UnionAll(tuple(found))


def _place(branch: Plan) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    """Where a branch stands: those whose rows are surely solutions first, then by graph and
    relation, in whatever order the silos are listed.
    """
    read = tuple(scans(branch))
    graphs = tuple(graph for scan in read for graph in scan.graphs)
    return _rows(branch) == 0, graphs, tuple(scan.table.name for scan in read)


def _rows(plan: Plan) -> int:
    """A number of solutions that a plan surely has."""
    match plan:
        case Scan(table=table, required=(), conditions=(), equal=(), excluded=(), distinct=False):
            return table.relation.rows
        case Inline(rows=rows):
            return len(rows)
        case Unit():
            return 1
        case Extend(child=child) | Modify(child=child):
            return _rows(child)
        case UnionAll(branches=branches, distinct=False):
            return sum(map(_rows, branches))
        case _:
            return 0
