"""A question through the engine in this process: plan, SQL and DuckDB, or the residual path.

It is the way of `federation.answering`, without the worker process, the policy and the receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal as OneOf

import duckdb

from federation import algebra
from federation.algebra import Query
from federation.planning.plan import variables_of
from federation.planning.rules import RULES, Rule
from federation.planning.translate import Dataset, Planner
from federation.residual import plan_residual, residual_job
from federation.solutions import Row, from_arrow, from_sparql_json
from federation.sql import SqlWriter, sql_text
from federation.templates import instantiate, parse_n_triples
from federation.unsupported import Unsupported
from federation.view import ViewGraph
from mappers.publish import triples_version
from mappers.published import Version
from mappers.rdf import Triple
from mappers.worker import Limits
from mappers.worker.residual import evaluate

LIMITS = Limits(seconds=60)


@dataclass(frozen=True, slots=True)
class Table:
    """The solutions of a SELECT, in the order in which they came."""

    variables: tuple[str, ...]
    rows: tuple[Row, ...]


Answer = bool | Table | tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, the path it took, and for the residual one the reason."""

    answer: Answer
    path: OneOf["sql", "residual"]
    reason: str = ""


def version_graphs(version: Version) -> tuple[ViewGraph, ...]:
    """All graphs of a version, with nothing withheld."""
    return tuple(
        ViewGraph(iri, version.silo, version, tuple(r for r in version.rules if r.graph == iri))
        for iri in version.graphs
    )


def graph_of(iri: str, triples: tuple[Triple, ...], folder: Path, silo: str) -> ViewGraph:
    """A graph that is published as the triples it holds."""
    (graph,) = version_graphs(triples_version({iri: triples}, folder, silo))
    return graph


def ask(
    query: Query,
    dataset: Dataset,
    connection: duckdb.DuckDBPyConnection,
    *,
    rules: tuple[Rule, ...] = RULES,
) -> Answered:
    """Answer a query over a data set."""
    writer = SqlWriter(datetime.now(UTC), query.base)
    form = query.form
    planner = Planner(dataset, dataset.default, rules)
    try:
        plan = planner.plan(form.pattern)
        rel = writer.write(plan)
    except Unsupported as found:
        return Answered(
            _residual(query, dataset, found.reason, connection), "residual", found.reason
        )
    table = connection.execute(sql_text(rel.query)).to_arrow_table()
    if isinstance(form, algebra.Ask):
        return Answered(table.num_rows > 0, "sql")
    names = selected(query) if isinstance(form, algebra.Select) else variables_of(plan)
    solutions = from_arrow(table, names, rel.terms)
    if isinstance(form, algebra.Construct):
        return Answered(instantiate(form.template, solutions), "sql")
    return Answered(Table(names, tuple(solutions)), "sql")


def selected(query: Query) -> tuple[str, ...]:
    """The names of the variables of a SELECT."""
    assert isinstance(query.form, algebra.Select)
    return tuple(variable.name for variable in query.form.variables)


def _residual(
    query: Query, dataset: Dataset, reason: str, connection: duckdb.DuckDBPyConnection
) -> Answer:
    writer = SqlWriter(datetime.now(UTC), query.base)
    job = residual_job(plan_residual(query, dataset, reason), writer, LIMITS)
    kind, value = evaluate(connection, job)
    if isinstance(value, bool):
        return value
    if kind == "triples":
        return parse_n_triples(value)
    names = selected(query)
    return Table(names, tuple(from_sparql_json(value, names)))
