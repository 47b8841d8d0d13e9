"""Join unions branch by branch, where each branch has few partners.

    (A1 + A2) join (B1 + B2)   ->   (A1 join B1) + (A2 join B2)
                                    where A1 cannot join B2, nor A2 B1

so that the joins run on columns of one shape, and scans of one relation can be merged.
"""

from __future__ import annotations

from federation.planning.domains import compatible, domains
from federation.planning.plan import Join, Plan, UnionAll

_MOST_BRANCHES = 400


def distribute_join(plan: Plan) -> Plan:
    """Distribute a join over pairs of unions that are partitioned alike."""
    if not isinstance(plan, Join):
        return plan
    parts = list(plan.children)
    changed = True
    while changed:
        changed = False
        for left in range(len(parts)):
            for right in range(left + 1, len(parts)):
                joined = _distribute(parts[left], parts[right])
                if joined is not None:
                    parts[left] = joined
                    del parts[right]
                    changed = True
                    break
            if changed:
                break
    return parts[0] if len(parts) == 1 else Join(tuple(parts))


def _distribute(left: Plan, right: Plan) -> Plan | None:
    """The union of joins of two unions, or None if it would not be smaller than they are."""
    if not (_is_disjoint_union(left) and _is_disjoint_union(right)):
        return None
    assert isinstance(left, UnionAll)
    assert isinstance(right, UnionAll)
    if len(left.branches) * len(right.branches) > _MOST_BRANCHES**2:
        return None
    most = max(len(left.branches), len(right.branches))
    left_domains = [domains(branch) for branch in left.branches]
    right_domains = [domains(branch) for branch in right.branches]
    shared = set().union(*left_domains) & set().union(*right_domains)
    if not shared:
        return None
    pairs: list[tuple[int, int]] = []
    for i, one in enumerate(left_domains):
        for j, other in enumerate(right_domains):
            names = shared & one.keys() & other.keys()
            if all(compatible(one[name], other[name]) for name in names):
                pairs.append((i, j))
                if len(pairs) > most:
                    return None
    joins = tuple(_join(left.branches[i], right.branches[j]) for i, j in pairs)
    return joins[0] if len(joins) == 1 else UnionAll(joins)


def _is_disjoint_union(plan: Plan) -> bool:
    return isinstance(plan, UnionAll) and not plan.distinct


def _join(left: Plan, right: Plan) -> Join:
    parts = left.children if isinstance(left, Join) else (left,)
    parts += right.children if isinstance(right, Join) else (right,)
    return Join(parts)
