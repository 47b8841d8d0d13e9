"""Writing compiled relations as Parquet, and measuring what was written."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from mappers.mapping import Mapping
from mappers.publish.columns import PhysicalColumns
from mappers.publish.keys import Key, is_key, physical_keys
from mappers.publish.rules import CompiledRules
from mappers.publish.sql import name, select, text
from mappers.publish.workspace import Workspace
from mappers.published import Column, Relation, TripleRule, columns_of

_READ = "read back"


def write_relations(
    workspace: Workspace, mapping: Mapping, compiled: CompiledRules, folder: Path
) -> tuple[tuple[Relation, ...], tuple[tuple[str, int], ...]]:
    """Write each relation into the folder; gives them, and each graph's number of rule rows."""
    declared = {item.name: item.keys for item in mapping.relations}
    relations: list[Relation] = []
    counts = {rule.graph: 0 for rule in compiled.rules}
    for relation, columns in compiled.relations.items():
        candidates = list(declared.get(relation, ()))
        candidates += sorted(
            key
            for key in compiled.subjects.get(relation, set()).difference(candidates)
            if is_key(workspace, relation, key)
        )
        written = _write(workspace, columns, folder, {item.file for item in relations})
        rules = [rule for rule in compiled.rules if rule.relation == relation]
        keys = physical_keys(candidates, columns.columns, columns.slots)
        keys += _keys_of_runs(workspace, rules, columns.runs)
        relations.append(replace(written, keys=_minimal(keys)))
        for rule, count in zip(rules, _counts(workspace, folder, written, rules), strict=True):
            counts[rule.graph] += count
    return tuple(relations), tuple(counts.items())


def _keys_of_runs(workspace: Workspace, rules: list[TripleRule], runs: set[str]) -> tuple[Key, ...]:
    """Keys of the relation just written among the columns of subjects that hold several cells."""
    candidates = {columns_of(rule.subject): None for rule in rules}
    return tuple(
        key for key in candidates if not runs.isdisjoint(key) and is_key(workspace, _READ, key)
    )


def _write(
    workspace: Workspace, columns: PhysicalColumns, folder: Path, taken: Collection[str]
) -> Relation:
    file = _file_name(columns.relation, taken)
    target = text(str(folder / file))
    # a relation whose rules are all constant still has its rows
    parts = [f"{sql} AS {name(column)}" for column, sql in columns.columns.items()]
    query = select(parts or ["true AS present"], columns.relation)
    workspace.connection.execute(f"COPY ({query}) TO {target} (FORMAT parquet, COMPRESSION zstd)")
    _open(workspace, folder / file)
    described = workspace.connection.execute(f"DESCRIBE {name(_READ)}").fetchall()
    names = [str(row[0]) for row in described]
    totals = workspace.one(select(["count(*)", *(f"count({name(c)})" for c in names)], _READ))
    rows = int(str(totals[0]))
    found = tuple(
        Column(str(row[0]), str(row[1]), nullable=total != rows)
        for row, total in zip(described, totals[1:], strict=True)
    )
    return Relation(columns.relation, file, found, (), rows)


def _counts(
    workspace: Workspace, folder: Path, relation: Relation, rules: list[TripleRule]
) -> list[int]:
    """The number of rows that each rule makes a triple of."""
    _open(workspace, folder / relation.file)
    conditions = []
    for rule in rules:
        read = {c for term in (rule.subject, rule.predicate, rule.object) for c in columns_of(term)}
        present = " AND ".join(f"{name(column)} IS NOT NULL" for column in sorted(read))
        conditions.append(f"count(*) FILTER ({present or 'true'})")
    return [int(str(count)) for count in workspace.one(select(conditions, _READ))]


def _open(workspace: Workspace, path: Path) -> None:
    source = f"read_parquet({text(str(path))})"
    workspace.connection.execute(f"CREATE OR REPLACE TEMP VIEW {name(_READ)} AS FROM {source}")


def _minimal(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """The keys without those that hold another."""
    sets = [frozenset(key) for key in keys]
    return tuple(
        key
        for i, key in enumerate(keys)
        if not any(o < sets[i] or (o == sets[i] and j < i) for j, o in enumerate(sets))
    )


def _file_name(relation: str, taken: Collection[str]) -> str:
    stem = re.sub(r"[^a-z0-9-]+", "-", relation.lower()).strip("-") or "relation"
    file, number = f"{stem}.parquet", 1
    while file in taken:
        number += 1
        file = f"{stem}-{number}.parquet"
    return file
