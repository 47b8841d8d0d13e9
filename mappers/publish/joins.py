"""Joins of a mapping, resolved: a relation of its own for each, so that no rule joins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
from mappers.publish.sql import name
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
            relation = _join(workspace, rule, source, other, join, others, subject)
            yield relation, tuple(_moved(v, _CHILD) for v in others), _moved(subject, _PARENT)


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


def _moved(value: SubjectValue, prefix: str) -> SubjectValue:
    """The same value over the columns of a join's relation."""
    match value:
        case IriTemplateValue(parts=parts):
            moved = tuple(p if isinstance(p, str) else _reference(p, prefix) for p in parts)
            return replace(value, parts=moved)
        case WholeIriValue(reference=reference):
            return WholeIriValue(_reference(reference, prefix))
        case ConstantValue():
            return value


def _free_name(workspace: Workspace, wanted: str) -> str:
    number, found = 1, wanted
    while found in workspace.types:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _reference(reference: Reference, prefix: str) -> Reference:
    return replace(reference, column=prefix + reference.column)
