"""Many silos of one mapping: what is told apart, and that plans grow only as the silos do."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

from federation.planning.disjointness import union_of_rules
from federation.planning.domains import may_meet, values_of
from federation.planning.plan import Scan, Table, UnionAll
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


def components(scans: list[Scan]) -> set[frozenset[Scan]]:
    """The scans that hang together by pairs that may share a triple, each pair looked at."""
    groups = [frozenset((one,)) for one in scans]
    for left, right in combinations(scans, 2):
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
    scans = random_scans(seed)
    planned = union_of_rules(scans)
    parts = (
        planned.branches if isinstance(planned, UnionAll) and not planned.distinct else (planned,)
    )
    groups = {
        frozenset(one for one in part.branches if isinstance(one, Scan))
        if isinstance(part, UnionAll)
        else frozenset(one for one in (part,) if isinstance(one, Scan))
        for part in parts
    }
    assert groups == components(scans)
