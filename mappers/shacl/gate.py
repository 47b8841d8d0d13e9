"""The gate at publish: does a staged version meet its silo's shapes?"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from sqlglot import exp

from mappers.published import Version
from mappers.shacl.checks import Check
from mappers.shacl.compile import Compiler, Refused, closure, is_root
from mappers.shacl.fallback import run_fallback
from mappers.shacl.fragments import render, text
from mappers.shacl.model import Shape
from mappers.shacl.parse import parse_shapes
from mappers.shacl.reach import term_of
from mappers.shacl.reading import read_turtle
from mappers.shacl.report import GateReport
from mappers.shacl.results import Cause, Checked, Engines, Fallback, Result
from mappers.shacl.rows import Rows, subclass_pairs
from mappers.shacl.selections import count_select, known_count
from mappers.shacl.sentences import sentence
from mappers.shacl.terms import lexical
from mappers.shacl.vocabulary import component
from mappers.worker.duck import open_duckdb

_KEPT = 100
"""Results of one cause that a report keeps; it counts all of them."""


def check(
    version: Version,
    shapes_text: str,
    shapes_file: str,
    *,
    kept: int = _KEPT,
    memory_mb: int = 1024,
    threads: int = 2,
) -> GateReport:
    """Check the merge of a version's graphs against shapes (SHACL Core, W3C 2017).

    `kept` is how many results of a cause are kept, `memory_mb` what DuckDB may use. Classes have
    the subclasses that the data or the shapes file state. Raises MappingError if the shapes file is
    wrong, GateError if a part of it that only pySHACL can check needs too many triples.
    """
    graph = read_turtle(shapes_text, shapes_file, "urn:shapes:")
    shapes = parse_shapes(graph, shapes_text, shapes_file)
    folder = Path(version.folder)
    with (
        TemporaryDirectory(prefix="bygraf-gate-") as spill,
        open_duckdb(
            readable=[folder], spill=Path(spill), memory_mb=memory_mb, threads=threads
        ) as connection,
    ):
        _open_relations(connection, version)
        subclasses = set(shapes.subclasses) | _subclasses(connection, version)
        compiler = Compiler(version, shapes, closure(subclasses), kept)
        checked: list[Checked] = []
        causes: list[Cause] = []
        refused: dict[tuple[str, str], list[Refused]] = defaultdict(list)
        by_mapping = by_sql = 0
        for root in filter(is_root, shapes.shapes):
            focus = compiler.focus(root)
            nodes = _count(connection, focus)
            checked.append(Checked(root.label, root.name, nodes))
            for item in compiler.checks(root, root, focus if nodes else []):
                if isinstance(item, Refused):
                    refused[root.label, item.shape.label].append(item)
                elif item.query is None:
                    by_mapping += 1
                else:
                    by_sql += 1
                    causes.extend(_run(connection, item, item.query))
        notes: list[Fallback] = []
        for group in refused.values():
            found, noted = run_fallback(
                connection, version, graph, shapes_file, subclasses, group, kept
            )
            causes.extend(found)
            notes.extend(noted)
    engines = Engines(by_mapping, by_sql, len(notes))
    return GateReport(shapes_file, tuple(checked), tuple(causes), tuple(notes), engines)


def _open_relations(connection: duckdb.DuckDBPyConnection, version: Version) -> None:
    """Make each relation a view of its Parquet file."""
    for relation in version.relations:
        name = exp.to_identifier(relation.name, quoted=True).sql(dialect="duckdb")
        file = render(text(str(Path(version.folder) / relation.file)))
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({file})")  # noqa: S608 - quoted


def _subclasses(connection: duckdb.DuckDBPyConnection, version: Version) -> set[tuple[str, str]]:
    """The rdfs:subClassOf of the data, as (subclass, class)."""
    found: set[tuple[str, str]] = set()
    for rows in subclass_pairs(version):
        select = exp.select(lexical(rows.subject, "t"), lexical(rows.object, "t")).distinct()
        select = select.from_(rows.table("t")).where(rows.holds("t"))
        found.update(connection.execute(render(select)).fetchall())
    return found


def _count(connection: duckdb.DuckDBPyConnection, focus: list[Rows]) -> int:
    known = known_count(focus)
    if known is not None:
        return known
    row = connection.execute(render(count_select(focus))).fetchone()
    return int(row[0]) if row else 0


def _run(connection: duckdb.DuckDBPyConnection, check: Check, query: str) -> list[Cause]:
    """The cause that a check finds, if it finds any."""
    rows = connection.execute(query).fetchall()
    if not rows:
        return []
    shape: Shape = check.shape
    cause = Cause(
        shape=check.root.label,
        source=shape.label,
        path=shape.path.text if shape.path else "",
        component=component(check.constraint.parameter),
        severity=shape.severity,
        sentence=sentence(check.root, shape, check.constraint, check.constraint.parameter),
        count=rows[0][11],
        results=tuple(_result(row, check) for row in rows),
        engine="SQL",
    )
    return [cause]


def _result(row: tuple[object, ...], check: Check) -> Result:
    focus = term_of(*row[0:4])  # type: ignore[arg-type]
    value = None if row[4] is None else term_of(*row[4:8])  # type: ignore[arg-type]
    file, number, part = row[8:11]
    return Result(
        focus=focus,
        value=value,
        file=file if isinstance(file, str) else None,
        row=number if isinstance(number, int) else None,
        column=check.columns[part] if isinstance(part, int) else None,
    )
