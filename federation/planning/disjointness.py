"""When the same triple can come from several rules, and when from several rows of one.

A basic graph pattern matches a set of triples (the RDF merge of the graphs), so what may repeat is
made distinct, and what provably cannot is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

from federation.planning.domains import Symbol, may_meet, shape_of, values_of
from federation.planning.plan import Place, Plan, Scan, UnionAll
from mappers.published import (
    ConstantTerm,
    TemplateTerm,
    TermMap,
    columns_of,
)
from mappers.rdf import Iri
from mappers.unfolding import ColumnIs, TermIs, ValueIs, is_injective


def column_symbols(scan: Scan) -> dict[str, set[Symbol]]:
    """For each column that a scan's solution determines, by what: a variable's part or a
    constant."""
    found: dict[str, set[Symbol]] = defaultdict(set)
    for name, term in scan.outputs:
        for index, column in enumerate(determined_columns(term)):
            found[column].add(("variable", name, shape_of(term), index))
    for condition in scan.conditions:
        match condition:
            case ColumnIs(column=column, text=text):
                found[column].add(("text", text))
            case ValueIs(column=column, literal=literal):
                found[column].add(("value", literal))
            case TermIs(column=column, term=term_value):
                found[column].add(("term", term_value))
    return found


def determined_columns(term: TermMap) -> tuple[str, ...]:
    """The columns whose values follow from the term."""
    if isinstance(term, TemplateTerm) and not is_injective(term):
        return ()
    return columns_of(term)


def is_same_shape(left: TermMap, right: TermMap) -> bool:
    """Whether two term maps are equal but for their columns, and determine the values of those."""
    if isinstance(left, TemplateTerm) and isinstance(right, TemplateTerm):
        return shape_of(left) == shape_of(right) and is_injective(left)
    return left == right


def rows_repeat(scan: Scan) -> bool:
    """Whether two rows can give the same solution: no key is determined by outputs and
    constants."""
    determined = {c for _, term in scan.outputs for c in determined_columns(term)}
    for condition in scan.conditions:
        if isinstance(condition, ColumnIs | ValueIs | TermIs):
            determined.add(condition.column)
    return not any(determined.issuperset(key) for key in scan.table.relation.keys)


def union_of_rules(found: list[Scan]) -> Plan:
    """The set of triples that several rules give, each triple once."""
    groups = _overlapping(found)
    branches: list[Plan] = []
    for group in groups:
        if len(group) == 1:
            branches.append(group[0])
        else:
            branches.append(UnionAll(tuple(group), distinct=True))
    return branches[0] if len(branches) == 1 else UnionAll(tuple(branches))


def _overlapping(found: list[Scan]) -> list[list[Scan]]:
    """The scans in groups, such that no triple comes from two groups."""
    parent = list(range(len(found)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for bucket in _by_predicate(found):
        kinds = _by_shape(found, bucket)
        begins = [_begin(found[kind[0][0]]) for kind in kinds]
        for position, kind in enumerate(kinds):
            for beside in range(position, len(kinds)):
                one, other = begins[position], begins[beside]
                # most subjects begin differently, and hundreds of rules have many pairs
                if not (one.startswith(other) or other.startswith(one)):
                    continue
                for left, right in _pairs(found, kind, kinds[beside]):
                    if root(left) != root(right) and _may_share(found[left], found[right]):
                        parent[root(right)] = root(left)
    groups: dict[int, list[Scan]] = defaultdict(list)
    for index, scan in enumerate(found):
        groups[root(index)].append(scan)
    return list(groups.values())


Kind = list[list[int]]
"""Positions of scans whose triples have one shape, those of each version together."""


def _by_shape(found: list[Scan], bucket: list[int]) -> list[Kind]:
    kinds: dict[Symbol, dict[Place, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index in bucket:
        scan = found[index]
        assert scan.triple is not None
        kinds[tuple(map(shape_of, scan.triple))][scan.table.place].append(index)
    return [list(places.values()) for places in kinds.values()]


def _pairs(found: list[Scan], one: Kind, other: Kind) -> Iterator[tuple[int, int]]:
    """Pairs of scans of two kinds that are enough to tell which hang together.

    Of two versions nothing but the shape tells triples apart, so all or none of their pairs may
    share some. Each scan is paired with one of each of three versions: where there are as many,
    two scans always meet in one of them.
    """
    for left, right in ((one, other), (other, one)):
        for scans in left:
            place = found[scans[0]].table.place
            for beside in right[:3]:
                if found[beside[0]].table.place != place:
                    yield from ((index, beside[0]) for index in scans)
    by_place = {found[scans[0]].table.place: scans for scans in other}
    for scans in one:
        yield from product(scans, by_place.get(found[scans[0]].table.place, ()))


def _begin(scan: Scan) -> str:
    """Text that every subject of a scan begins with."""
    assert scan.triple is not None
    match scan.triple[0]:
        case TemplateTerm(parts=(str() as begin, *_), kind="iri"):
            return begin
        case ConstantTerm(term=Iri(value=iri)):
            return iri
        case _:
            return ""


def _by_predicate(found: list[Scan]) -> list[list[int]]:
    """Positions of scans that may have a predicate in common."""
    buckets: dict[object, list[int]] = defaultdict(list)
    open_ended = []
    for index, scan in enumerate(found):
        assert scan.triple is not None
        predicate = scan.triple[1]
        if isinstance(predicate, ConstantTerm):
            buckets[predicate.term].append(index)
        else:
            open_ended.append(index)
    if open_ended:
        return [list(range(len(found)))]
    return list(buckets.values())


def _may_share(left: Scan, right: Scan) -> bool:
    assert left.triple is not None
    assert right.triple is not None
    return all(
        may_meet(values_of(left, one), values_of(right, other))
        for one, other in zip(left.triple, right.triple, strict=True)
    )
