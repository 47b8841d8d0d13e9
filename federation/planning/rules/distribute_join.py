"""Join unions branch by branch, where each branch has few partners.

    (A1 + A2) join (B1 + B2)   ->   (A1 join B1) + (A2 join B2)
                                    where A1 cannot join B2, nor A2 B1

so that the joins run on columns of one shape, and scans of one relation can be merged. Where many
branches hang together, as those of many silos, a join for each pair would be too many: the unions
of them are joined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from federation.planning.domains import Domain, Domains, Values, compatible, domains, shape_of
from federation.planning.plan import Empty, Join, Plan, UnionAll, scans, variables_of

_MOST_JOINS: Final = 8
"""Joins into which branches that hang together are split; with more, their unions are joined."""

_MOST_SCANS: Final = 64
"""Scans of joins in which branches stand more than once; a long star would grow with no end."""

_MOST_PAIRS: Final = 1600
"""Pairs of branches that are looked at one by one, not only by the shapes of their terms."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Branches of two unions that join no others, and which pairs of them may join (None if too
    many to tell).
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...] | None

    def is_split(self, left: Sequence[Plan], right: Sequence[Plan]) -> bool:
        """Whether it becomes a join for each pair: no more than there are branches, and few scans
        where a branch has several partners and so stands in several joins.
        """
        most = min(_MOST_JOINS, max(len(self.left), len(self.right)))
        if self.pairs is None or len(self.pairs) > most:
            return False
        if len(self.pairs) == len(self.left) == len(self.right):
            return True
        found = sum(_size(left[i]) + _size(right[j]) for i, j in self.pairs)
        return found <= _MOST_SCANS


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
    """The union of joins of two unions, or None if all of their branches hang together."""
    if not (isinstance(left, UnionAll) and isinstance(right, UnionAll)):
        return None
    if left.distinct or right.distinct:
        return None
    found = _partition(
        [domains(branch) for branch in left.branches],
        [domains(branch) for branch in right.branches],
    )
    sides = (left.branches, right.branches)
    if found is None or (len(found) == 1 and not found[0].is_split(*sides)):
        return None
    joins: list[Plan] = []
    for part in found:
        if part.pairs is not None and part.is_split(*sides):
            joins += [_join(left.branches[i], right.branches[j]) for i, j in part.pairs]
        else:
            joins.append(_join(_united(left, part.left), _united(right, part.right)))
    if not joins:
        return Empty(tuple(dict.fromkeys((*variables_of(left), *variables_of(right)))))
    return joins[0] if len(joins) == 1 else UnionAll(tuple(joins))


def _partition(left: Sequence[Domains], right: Sequence[Domains]) -> list[_Part] | None:
    """The branches that hang together, or None if nothing is joined.

    First by shapes alone, of which many silos have no more than one; then, of few, each by itself.
    """
    shared = set().union(*left) & set().union(*right)
    if not shared:
        return None
    names = sorted(shared)
    ones, others = _by_shape(left, names), _by_shape(right, names)
    coarse = _hanging(
        len(ones),
        len(others),
        lambda i, j: _may_join(_bare(left[ones[i][0]]), _bare(right[others[j][0]]), names),
    )
    found: list[_Part] = []
    for part in coarse:
        from_left = sorted(index for kind in part.left for index in ones[kind])
        from_right = sorted(index for kind in part.right for index in others[kind])
        if len(from_left) * len(from_right) > _MOST_PAIRS:
            found.append(_Part(tuple(from_left), tuple(from_right), None))
        else:
            found += _looked_at(left, right, from_left, from_right, names)
    return found


def _looked_at(
    left: Sequence[Domains],
    right: Sequence[Domains],
    from_left: list[int],
    from_right: list[int],
    names: list[str],
) -> list[_Part]:
    """Some branches of both sides, pair by pair."""
    parts = _hanging(
        len(from_left),
        len(from_right),
        lambda i, j: _may_join(left[from_left[i]], right[from_right[j]], names),
    )
    return [
        _Part(
            tuple(from_left[i] for i in part.left),
            tuple(from_right[j] for j in part.right),
            tuple((from_left[i], from_right[j]) for i, j in part.pairs or ()),
        )
        for part in parts
    ]


def _by_shape(side: Sequence[Domains], names: list[str]) -> list[list[int]]:
    """The branches of a union, those together whose shared variables have terms of equal shapes."""
    kinds: dict[object, list[int]] = {}
    for index, one in enumerate(side):
        shapes = tuple(
            frozenset(shape_of(value.term) for value in one[name]) if name in one else None
            for name in names
        )
        kinds.setdefault(shapes, []).append(index)
    return list(kinds.values())


def _bare(known: Domains) -> Domains:
    """Domains without what is known of tables."""
    return {name: _without_tables(domain) for name, domain in known.items()}


def _without_tables(domain: Domain) -> Domain:
    return tuple(Values(value.term) for value in domain)


def _may_join(one: Domains, other: Domains, names: list[str]) -> bool:
    return all(
        compatible(one[name], other[name]) for name in names if name in one and name in other
    )


def _hanging(left: int, right: int, may_join: Callable[[int, int], bool]) -> list[_Part]:
    """The parts of two sides, so many of each, that pairs hold together, in order."""
    partners = [[j for j in range(right) if may_join(i, j)] for i in range(left)]
    part_of = list(range(right))
    for found in partners:
        merged = {part_of[j] for j in found}
        if len(merged) > 1:
            least = min(merged)
            part_of = [least if part in merged else part for part in part_of]
    by_part: dict[int, list[int]] = {}
    for i, found in enumerate(partners):
        if found:
            by_part.setdefault(part_of[found[0]], []).append(i)
    return [
        _Part(
            tuple(ones),
            tuple(j for j in range(right) if part_of[j] == part),
            tuple((i, j) for i in ones for j in partners[i]),
        )
        for part, ones in by_part.items()
    ]


def _size(plan: Plan) -> int:
    return sum(1 for _ in scans(plan))


def _united(union: UnionAll, indices: tuple[int, ...]) -> Plan:
    if len(indices) == 1:
        return union.branches[indices[0]]
    return UnionAll(tuple(union.branches[index] for index in indices))


def _join(left: Plan, right: Plan) -> Join:
    parts = left.children if isinstance(left, Join) else (left,)
    parts += right.children if isinstance(right, Join) else (right,)
    return Join(parts)
