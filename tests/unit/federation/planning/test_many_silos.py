"""Many silos of one mapping: what is told apart, and that plans grow only as the silos do."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from federation.planning.disjointness import union_of_rules
from federation.planning.domains import domains, may_meet, values_of
from federation.planning.plan import Join, Scan, Table, UnionAll, scans
from federation.planning.rules.distribute_join import distribute_join
from mappers.published import (
    ColumnTerm,
    ConstantTerm,
    Counterpart,
    GeneralTerm,
    Relation,
    Slot,
    TemplateTerm,
    TermMap,
)
from mappers.rdf import XSD_INTEGER, XSD_STRING, Iri

BASE = "https://data.example.org/"
SUBJECTS: tuple[TermMap, ...] = (
    TemplateTerm((f"{BASE}stop/", Slot("id"))),
    TemplateTerm((f"{BASE}line/", Slot("id"))),
    TemplateTerm((f"{BASE}line/", Slot("id"), "/", Slot("part"))),
    TemplateTerm((f"{BASE}", Slot("iri", encoded=False))),
    ConstantTerm(Iri(f"{BASE}stop/1")),
)
OBJECTS: tuple[TermMap, ...] = (
    ColumnTerm("name", XSD_STRING),
    ColumnTerm("count", XSD_INTEGER),
    GeneralTerm("any"),
)


def scan(silo: int, name: str, subject: TermMap, obj: TermMap, apart: tuple[str, ...]) -> Scan:
    """A scan of a relation, whose ids are apart from those of some others of its silo."""
    found = tuple(Counterpart(("id",), other, ("id",)) for other in apart)
    relation = Relation(name, f"{name}.parquet", (), (), 1, apart=found)
    triple = (subject, ConstantTerm(Iri(f"{BASE}p")), obj)
    return Scan(
        table=Table(f"silo{silo}", f"/home/silo{silo}", relation),
        outputs=(("s", subject), ("o", obj)),
        required=(),
        conditions=(),
        distinct=False,
        graphs=(f"{BASE}graph/{silo}/{name}",),
        patterns=(),
        triple=triple,
    )


def random_scans(seed: int) -> list[Scan]:
    """Scans in which some shapes meet and some tables are apart."""
    numbers = random.Random(seed)
    subjects = numbers.sample(SUBJECTS, numbers.randint(1, 3))
    objects = numbers.sample(OBJECTS, numbers.randint(1, 2))
    silos = numbers.randint(1, 5)
    tables = ("a", "b", "c")
    pairs = {
        (silo, pair)
        for silo in range(silos)
        for pair in combinations(tables, 2)
        if numbers.random() < 0.4
    }
    found = []
    for _ in range(numbers.randint(2, 9)):
        silo, name = numbers.randrange(silos), numbers.choice(tables)
        apart = tuple(one for one in tables if (silo, tuple(sorted((name, one)))) in pairs)
        found.append(scan(silo, name, numbers.choice(subjects), numbers.choice(objects), apart))
    return list(dict.fromkeys(found))


def components(found: list[Scan]) -> set[frozenset[Scan]]:
    """The scans that hang together by pairs that may share a triple, each pair looked at."""
    groups = [frozenset((one,)) for one in found]
    for left, right in combinations(found, 2):
        assert left.triple is not None
        assert right.triple is not None
        if all(
            may_meet(values_of(left, one), values_of(right, other))
            for one, other in zip(left.triple, right.triple, strict=True)
        ):
            (one,) = (group for group in groups if left in group)
            (other,) = (group for group in groups if right in group)
            groups = [group for group in groups if group not in (one, other)] + [one | other]
    return set(groups)


@pytest.mark.parametrize("seed", range(150))
def test_rules_are_told_apart_as_all_their_pairs_are(seed: int) -> None:
    found = random_scans(seed)
    planned = union_of_rules(found)
    parts = (
        planned.branches if isinstance(planned, UnionAll) and not planned.distinct else (planned,)
    )
    groups = {
        frozenset(one for one in part.branches if isinstance(one, Scan))
        if isinstance(part, UnionAll)
        else frozenset(one for one in (part,) if isinstance(one, Scan))
        for part in parts
    }
    assert groups == components(found)


def test_a_join_of_many_silos_is_one_join_of_each_shape() -> None:
    stops, lines, calls = SUBJECTS[:3]
    name = OBJECTS[0]

    def many(*shapes: tuple[TermMap, TermMap]) -> UnionAll:
        return UnionAll(
            tuple(
                scan(silo, f"relation{index}", subject, obj, ())
                for silo in range(60)
                for index, (subject, obj) in enumerate(shapes)
            )
        )

    three = many((stops, name), (lines, name), (calls, name))
    plan = distribute_join(Join((three, many((stops, name), (lines, name)))))
    assert isinstance(plan, UnionAll)
    assert [type(branch) for branch in plan.branches] == [Join, Join]
    assert sum(1 for _ in scans(plan)) == 4 * 60


def test_a_join_of_many_silos_of_one_shape_stays_one() -> None:
    side = UnionAll(tuple(scan(silo, "stops", SUBJECTS[0], OBJECTS[0], ()) for silo in range(60)))
    assert distribute_join(Join((side, side))) == Join((side, side))


def test_the_domains_of_many_silos_are_those_of_one() -> None:
    one = scan(0, "a", SUBJECTS[0], OBJECTS[0], ("b",))
    more = tuple(scan(silo, "a", SUBJECTS[0], OBJECTS[0], ("b",)) for silo in range(300))
    assert {name: len(found) for name, found in domains(UnionAll(more)).items()} == {"s": 1, "o": 1}
    assert domains(UnionAll((one, one))) == domains(one)
