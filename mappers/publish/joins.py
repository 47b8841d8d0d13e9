"""Joins of a mapping, resolved, so that no rule joins.

A joined subject that is made of the compared columns alone is made of the joining row's own columns
where a row to join with exists; any other join is a relation of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from mappers.errors import MappingError
from mappers.mapping import (
    ConstantValue,
    IriTemplateValue,
    JoinValue,
    ObjectValue,
    Reference,
    Rule,
    SubjectValue,
    WholeIriValue,
    references_of,
)
from mappers.publish.sql import name, select
from mappers.publish.workspace import Workspace
from mappers.suggest import did_you_mean

_CHILD = "this."
_PARENT = "that."


def join_relations(
    workspace: Workspace,
    rule: Rule,
    source: str,
    join: JoinValue,
    rules: Mapping[str, Rule],
    others: tuple[SubjectValue, ...],
) -> Iterator[tuple[str, tuple[SubjectValue, ...], ObjectValue]]:
    """For each source and subject of the joined mapping: a relation, and values over it.

    `others` are the values of the joining row that the rule needs (its subject and predicate); they
    come back as values over the relation, and so does the object. Without a condition the joined
    mapping must have the same source, and the object is its subject for the same row (R2RML,
    section 8).
    """
    parent = rules[join.mapping]
    for subject in parent.subjects:
        if not join.conditions:
            if source not in parent.sources:
                raise MappingError(
                    f"The mapping {rule.name!r} joins with {parent.name!r} without a condition, but"
                    " they read different sources.",
                    location=join.location,
                    way_out="Give it a condition with the function `equal`.",
                )
            yield source, others, subject
            continue
        for other in parent.sources:
            own = _over_own_columns(workspace, source, other, join, subject)
            if own is not None:
                yield source, others, own
                continue
            relation = _join(workspace, rule, source, other, join, others, subject)
            moved = tuple(_moved(v, _prefixed(_CHILD)) for v in others)
            yield relation, moved, _moved(subject, _prefixed(_PARENT))


def _over_own_columns(
    workspace: Workspace, source: str, other: str, join: JoinValue, subject: SubjectValue
) -> SubjectValue | None:
    """The joined subject over the columns of the joining rows; None if it needs others.

    Where some rows have none to join with, their values are left out in columns added for it.
    """
    for condition in join.conditions:
        check_column(workspace, source, condition.child)
        check_column(workspace, other, condition.parent)
    compared = {c.parent.column: c.child.column for c in join.conditions}
    wanted = {reference.column for reference in references_of(subject)}
    if not wanted or not wanted <= compared.keys():
        return None
    columns = {column: compared[column] for column in sorted(wanted)}
    types = {workspace.types[source][own] for own in columns.values()}
    types |= {workspace.types[other][column] for column in columns}
    if types != {"VARCHAR"}:
        # text of another type may be written otherwise in an IRI than it is compared
        return None
    matched = _matched(source, other, join)
    present = " AND ".join(f"{name(own)} IS NOT NULL" for own in columns.values())
    query = select(["1"], source, where=f"{present} AND NOT {matched}", limit=1)
    if workspace.connection.execute(query).fetchone() is not None:
        for column, own in columns.items():
            added = _free_column(workspace, source, f"{own} in {other}")
            table = name(source)
            workspace.connection.execute(f"ALTER TABLE {table} ADD COLUMN {name(added)} VARCHAR")
            workspace.connection.execute(
                f"UPDATE {table} SET {name(added)} = {name(own)} WHERE {matched}"  # noqa: S608 - quoted
            )
            columns[column] = added
        workspace.add(source, workspace.places[source])
    return _moved(subject, columns.__getitem__)


def _matched(source: str, other: str, join: JoinValue) -> str:
    """SQL truth of "there is a row to join with" for a row of the source."""
    condition = " AND ".join(
        f"CAST({name(source)}.{name(c.child.column)} AS VARCHAR)"
        f" = CAST(parent.{name(c.parent.column)} AS VARCHAR)"
        for c in join.conditions
    )
    return f"EXISTS (SELECT 1 FROM {name(other)} parent WHERE {condition})"  # noqa: S608 - quoted


def _join(
    workspace: Workspace,
    rule: Rule,
    source: str,
    other: str,
    join: JoinValue,
    others: tuple[SubjectValue, ...],
    subject: SubjectValue,
) -> str:
    """Make the relation of the pairs of rows that meet every condition, without repetition."""
    children = list(dict.fromkeys(r for value in others for r in references_of(value)))
    parents = list(dict.fromkeys(references_of(subject)))
    for reference, relation in (
        *((r, source) for r in (*children, *(c.child for c in join.conditions))),
        *((r, other) for r in (*parents, *(c.parent for c in join.conditions))),
    ):
        check_column(workspace, relation, reference)
    columns = [f"child.{name(r.column)} AS {name(_CHILD + r.column)}" for r in children]
    columns += [f"parent.{name(r.column)} AS {name(_PARENT + r.column)}" for r in parents]
    condition = " AND ".join(
        f"CAST(child.{name(c.child.column)} AS VARCHAR)"
        f" = CAST(parent.{name(c.parent.column)} AS VARCHAR)"
        for c in join.conditions
    )
    relation = _free_name(workspace, f"{rule.name}-{join.mapping}")
    columns = columns or ["true AS joined"]
    query = (
        f"SELECT DISTINCT {', '.join(columns)} FROM {name(source)} child"  # noqa: S608 - quoted
        f" JOIN {name(other)} parent ON {condition}"
    )
    workspace.connection.execute(f"CREATE TABLE {name(relation)} AS {query}")
    workspace.add(relation, join.location)
    return relation


def check_column(workspace: Workspace, relation: str, reference: Reference) -> None:
    """Raise MappingError, with a close match, if the relation has no such column."""
    known = workspace.types[relation]
    if reference.column not in known:
        described = workspace.places[relation]
        raise MappingError(
            f"{relation!r} (described in line {described.line}) has no column"
            f" {reference.column!r}.",
            location=reference.location,
            way_out=did_you_mean(reference.column, known),
        )


def _moved(value: SubjectValue, rename: Callable[[str], str]) -> SubjectValue:
    """The same value over other columns."""
    match value:
        case IriTemplateValue(parts=parts):
            moved = tuple(p if isinstance(p, str) else _reference(p, rename) for p in parts)
            return replace(value, parts=moved)
        case WholeIriValue(reference=reference):
            return WholeIriValue(_reference(reference, rename))
        case ConstantValue():
            return value


def _prefixed(prefix: str) -> Callable[[str], str]:
    return lambda column: prefix + column


def _free_name(workspace: Workspace, wanted: str) -> str:
    number, found = 1, wanted
    while found in workspace.types:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _free_column(workspace: Workspace, relation: str, wanted: str) -> str:
    number, found = 1, wanted
    while found in workspace.types[relation]:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _reference(reference: Reference, rename: Callable[[str], str]) -> Reference:
    return replace(reference, column=rename(reference.column))
