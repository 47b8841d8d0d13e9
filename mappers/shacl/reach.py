"""The triples that pySHACL needs for some focus nodes: what their shapes' paths can reach.

From the focus nodes on, triples with the predicates that the shapes name are followed in both
directions until no new node is found. SHACL Core looks at nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb
from sqlglot import exp

from mappers.errors import GateError
from mappers.published import GeneralTerm, Version
from mappers.rdf import BlankNode, Iri, Literal, Term, Triple
from mappers.shacl.fragments import render, union_all
from mappers.shacl.rows import Rows, matching
from mappers.shacl.selections import is_member, nodes_select
from mappers.shacl.terms import general

LIMIT = 200_000
"""Triples that pySHACL may be given at once."""

_FIELDS = ", ".join(f"{c}.{f}" for c in ("s", "p", "o") for f in ("k", "lex", "dt", "lang"))


def term_of(kind: int, lexical: str, datatype: str, language: str) -> Term:
    """The term of a general struct's fields."""
    if kind == 0:
        return Iri(lexical)
    return BlankNode(lexical) if kind == 1 else Literal(lexical, datatype, language)


def focus_terms(connection: duckdb.DuckDBPyConnection, focus: Sequence[Rows]) -> list[Term]:
    """The distinct focus nodes. Raises GateError if there are too many for pySHACL."""
    select = exp.select("t.k", "t.lex", "t.dt", "t.lang").distinct()
    select = select.from_(exp.Subquery(this=nodes_select(focus), alias="n")).limit(LIMIT + 1)
    rows = connection.execute(render(select)).fetchall()
    if len(rows) > LIMIT:
        raise _too_many("focus nodes")
    return [term_of(*row) for row in rows]


def reachable(
    connection: duckdb.DuckDBPyConnection,
    version: Version,
    focus: Sequence[Rows],
    predicates: Iterable[str] | None,
) -> list[Triple]:
    """The triples that shapes with these predicates (None: all) can see from the focus nodes.

    Raises GateError if there are more than LIMIT.
    """
    wanted = [None] if predicates is None else [Iri(name) for name in sorted(predicates)]
    parts = [rows for predicate in wanted for rows in matching(version, None, predicate, None)]
    connection.execute("DROP TABLE IF EXISTS reached; DROP TABLE IF EXISTS found")
    connection.execute(
        f"CREATE TEMP TABLE reached AS SELECT DISTINCT t, 0 AS round FROM"  # noqa: S608 - our SQL
        f" ({render(nodes_select(focus))}) AS n"
    )
    connection.execute(
        "CREATE TEMP TABLE found AS SELECT t AS s, t AS p, t AS o FROM reached LIMIT 0"
    )
    depth = 0
    while parts and _step(connection, parts, depth):
        depth += 1
    rows = connection.execute(f"SELECT DISTINCT {_FIELDS} FROM found").fetchall()  # noqa: S608
    return [_triple(row) for row in rows]


def _step(connection: duckdb.DuckDBPyConnection, parts: Sequence[Rows], depth: int) -> bool:
    """One step from the nodes reached last; whether there are new ones."""
    frontier = Rows(
        exp.select("t").from_("reached").where(f"round = {depth}"),
        GeneralTerm("t"),
        GeneralTerm("t"),
    )
    selects = [_touching(rows, frontier) for rows in parts]
    step = render(union_all(selects))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE step AS SELECT DISTINCT * FROM ({step}) AS u")  # noqa: S608
    connection.execute("INSERT INTO found SELECT * FROM step EXCEPT SELECT * FROM found")
    count = connection.execute("SELECT count(*) FROM found").fetchone()
    if count is not None and count[0] > LIMIT:
        raise _too_many("triples")
    connection.execute(
        "INSERT INTO reached SELECT DISTINCT t, ? FROM"
        " (SELECT s AS t FROM step UNION ALL SELECT o FROM step) AS n"
        " WHERE t.k < 2 AND t NOT IN (SELECT t FROM reached)",
        [depth + 1],
    )
    new = connection.execute("SELECT 1 FROM reached WHERE round = ? LIMIT 1", [depth + 1])
    return new.fetchone() is not None


def _touching(rows: Rows, frontier: Rows) -> exp.Expression:
    assert rows.rule is not None
    touched = exp.or_(
        is_member(rows.subject, "t", [frontier]), is_member(rows.object, "t", [frontier])
    )
    return (
        exp.select(
            exp.alias_(general(rows.subject, "t"), "s"),
            exp.alias_(general(rows.rule.predicate, "t"), "p"),
            exp.alias_(general(rows.object, "t"), "o"),
        )
        .from_(rows.table("t"))
        .where(rows.holds("t"), touched)
    )


def _triple(row: tuple[object, ...]) -> Triple:
    subject, predicate, obj = (term_of(*row[at : at + 4]) for at in (0, 4, 8))  # type: ignore[arg-type]
    assert isinstance(predicate, Iri) and not isinstance(subject, Literal)
    return Triple(subject, predicate, obj)


def _too_many(what: str) -> GateError:
    return GateError(
        f"A part of the shapes that only pySHACL can check needs more than {LIMIT:,} {what}.",
        way_out="Write that part with constraints that are compiled to SQL, or narrow its target.",
    )
