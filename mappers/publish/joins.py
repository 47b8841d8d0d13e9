"""Joins of a mapping, resolved, so that no rule joins.

A joined subject that is made of the compared columns alone is made of the joining row's own columns
where a row to join with exists, and so is a joining subject of the joined row's; any other join is
a relation of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from mappers.errors import MappingError
from mappers.mapping import (
    ConstantValue,
    IriTemplateValue,
    JoinCondition,
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
            _check_columns(workspace, source, other, join)
            own = _over_columns_of(workspace, source, other, join.conditions, (subject,))
            if own is not None:
                yield source, others, own[0]
                continue
            mirrored = tuple(JoinCondition(c.parent, c.child) for c in join.conditions)
            theirs = _over_columns_of(workspace, other, source, mirrored, others)
            if theirs is not None:
                yield other, theirs, subject
                continue
            relation = _join(workspace, rule, source, other, join, others, subject)
            moved = tuple(_moved(v, _prefixed(_CHILD)) for v in others)
            yield relation, moved, _moved(subject, _prefixed(_PARENT))


def _check_columns(workspace: Workspace, source: str, other: str, join: JoinValue) -> None:
    for condition in join.conditions:
        check_column(workspace, source, condition.child)
        check_column(workspace, other, condition.parent)


def _over_columns_of(
    workspace: Workspace,
    relation: str,
    other: str,
    conditions: tuple[JoinCondition, ...],
    values: tuple[SubjectValue, ...],
) -> tuple[SubjectValue, ...] | None:
    """Values over the columns of `other` that the join compares, over those of `relation`.

    None if they need other columns than the compared ones. Where some rows of the relation have
    none to join with, their values are left out in columns added for it. The columns of the
    relation are the `child` ones of the conditions.
    """
    compared = {c.parent.column: c.child.column for c in conditions}
    wanted = {reference.column for value in values for reference in references_of(value)}
    if not wanted or not wanted <= compared.keys():
        return None
    columns = {column: compared[column] for column in sorted(wanted)}
    types = {workspace.types[relation][own] for own in columns.values()}
    types |= {workspace.types[other][column] for column in columns}
    if types != {"VARCHAR"}:
        # text of another type may be written otherwise in an IRI than it is compared
        return None
    itself = relation == other and all(own == column for column, own in compared.items())
    # a row that is compared with its own relation finds itself, unless it has a NULL there
    if not itself or wanted != compared.keys():
        columns = _matched_columns(workspace, relation, other, conditions, columns)
    return tuple(_moved(value, columns.__getitem__) for value in values)


def _matched_columns(
    workspace: Workspace,
    relation: str,
    other: str,
    conditions: tuple[JoinCondition, ...],
    columns: dict[str, str],
) -> dict[str, str]:
    """The columns where a row to join with exists: themselves if it always does, else new ones."""
    matched = _matched(relation, other, conditions)
    present = " AND ".join(f"{name(own)} IS NOT NULL" for own in columns.values())
    query = select(["1"], relation, where=f"{present} AND NOT {matched}", limit=1)
    if workspace.connection.execute(query).fetchone() is None:
        return columns
    table, found = name(relation), {}
    for column, own in columns.items():
        added = found[column] = _free_column(workspace, relation, f"{own} in {other}")
        workspace.connection.execute(f"ALTER TABLE {table} ADD COLUMN {name(added)} VARCHAR")
        workspace.connection.execute(
            f"UPDATE {table} SET {name(added)} = {name(own)} WHERE {matched}"  # noqa: S608 - quoted
        )
    workspace.add(relation, workspace.places[relation])
    return found


def _matched(relation: str, other: str, conditions: tuple[JoinCondition, ...]) -> str:
    """SQL truth of "there is a row to join with" for a row of the relation."""
    condition = " AND ".join(
        f"CAST({name(relation)}.{name(c.child.column)} AS VARCHAR)"
        f" = CAST(partner.{name(c.parent.column)} AS VARCHAR)"
        for c in conditions
    )
    return f"EXISTS (SELECT 1 FROM {name(other)} partner WHERE {condition})"  # noqa: S608 - quoted


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
    # what repeats is left out before it is joined, where it would repeat for each of its partners
    child = _distinct(source, [*children, *(c.child for c in join.conditions)])
    other_side = _distinct(other, [*parents, *(c.parent for c in join.conditions)])
    query = (
        f"SELECT DISTINCT {', '.join(columns)} FROM ({child}) child"  # noqa: S608 - quoted
        f" JOIN ({other_side}) parent ON {condition}"
    )
    workspace.connection.execute(f"CREATE TABLE {name(relation)} AS {query}")
    workspace.add(relation, join.location)
    return relation


def _distinct(relation: str, references: list[Reference]) -> str:
    columns = dict.fromkeys(name(reference.column) for reference in references)
    return f"SELECT DISTINCT {', '.join(columns)} FROM {name(relation)}"  # noqa: S608 - quoted


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
