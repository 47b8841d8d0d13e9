"""Self-join elimination by keys: patterns about one row are read from that row at once.

?a by:population ?n . ?a by:year ?y     one scan, where the subject's columns hold a key
"""

from __future__ import annotations

from federation.planning.disjointness import column_symbols
from federation.planning.plan import Join, Plan, Scan, UnionAll, variables_of


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
    if not (isinstance(left, Scan) and isinstance(right, Scan)) or not is_same_row(left, right):
        return None
    if _reads_optional(left, right) or _reads_optional(right, left):
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
        optional=(*left.optional, *right.optional),
        excluded=tuple(dict.fromkeys((*left.excluded, *right.excluded))),
    )


def _reads_optional(left: Scan, right: Scan) -> bool:
    """Whether a variable that the left scan may leave unbound is one of the right scan's, too."""
    names = {name for group in left.optional for name, _ in group.outputs}
    return not names.isdisjoint(variables_of(right))


def is_same_row(left: Scan, right: Scan) -> bool:
    """Whether a key's columns are determined alike by both scans."""
    if left.table != right.table:
        return False
    one, other = column_symbols(left), column_symbols(right)
    return any(
        all(one.get(column, set()) & other.get(column, set()) for column in key)
        for key in left.table.relation.keys
    )
