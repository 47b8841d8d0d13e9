"""What publishing finds of two relations of a silo: values of one that the other has, or never has.

Columns are compared where templates of the same text name them, since only such terms meet in a
join. The planner leaves out joins that change nothing, and tells apart what has nothing in common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mappers.publish.sql import name, text
from mappers.publish.workspace import Workspace
from mappers.published import (
    Counterpart,
    Relation,
    TripleRule,
    columns_of,
)
from mappers.unfolding import Shape, template_shape


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Columns of a relation that make the IRIs of one template."""

    relation: str
    columns: tuple[str, ...]


def find_dependencies(
    workspace: Workspace,
    relations: tuple[Relation, ...],
    rules: list[TripleRule],
    folder: Path,
) -> tuple[Relation, ...]:
    """The relations with their foreign keys, and with what they have nothing in common with."""
    files = {relation.name: folder / relation.file for relation in relations}
    foreign: dict[str, list[Counterpart]] = defaultdict(list)
    apart: dict[str, list[Counterpart]] = defaultdict(list)
    for one, other, is_subject in _pairs(rules):
        found = Counterpart(one.columns, other.relation, other.columns)
        missing, shared = _compare(workspace, files, one, other)
        if not missing:
            foreign[one.relation].append(found)
        if is_subject and not shared:
            apart[one.relation].append(found)
    return tuple(
        replace(
            relation,
            foreign_keys=tuple(foreign[relation.name]),
            apart=tuple(apart[relation.name]),
        )
        for relation in relations
    )


def _pairs(rules: list[TripleRule]) -> Iterator[tuple[_Place, _Place, bool]]:
    """Places with a subject's place whose terms they may share, and whether both are subjects."""
    subjects: dict[Shape, set[_Place]] = defaultdict(set)
    every: dict[Shape, set[_Place]] = defaultdict(set)
    for rule in rules:
        for term, is_subject in ((rule.subject, True), (rule.object, False)):
            shape = template_shape(term)
            if shape is None:
                continue
            place = _Place(rule.relation, columns_of(term))
            every[shape].add(place)
            if is_subject:
                subjects[shape].add(place)
    seen: set[tuple[_Place, _Place]] = set()
    for shape, places in every.items():
        for one in sorted(places):
            for other in sorted(subjects[shape]):
                if one != other and (one, other) not in seen:
                    seen.add((one, other))
                    both = one in subjects[shape] and one.relation != other.relation
                    yield one, other, both


def _compare(
    workspace: Workspace, files: dict[str, Path], one: _Place, other: _Place
) -> tuple[bool, bool]:
    """Whether some values of one place are missing in the other, and whether some are in both."""
    first = ", ".join(name(column) for column in one.columns)
    second = ", ".join(name(column) for column in other.columns)
    present = " AND ".join(f"{name(column)} IS NOT NULL" for column in one.columns)
    left = f"SELECT DISTINCT {first} FROM read_parquet({text(str(files[one.relation]))})"  # noqa: S608 - quoted
    right = f"SELECT {second} FROM read_parquet({text(str(files[other.relation]))})"  # noqa: S608 - quoted
    query = (
        f"WITH one AS MATERIALIZED ({left} WHERE {present}), both_have AS MATERIALIZED"  # noqa: S608 - quoted
        f" (SELECT * FROM one INTERSECT {right})"
        " SELECT (SELECT count(*) FROM one), (SELECT count(*) FROM both_have)"
    )
    values, shared = (int(str(count)) for count in workspace.one(query))
    return shared < values, shared > 0
