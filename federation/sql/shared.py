"""Relations that stand in several parts of a statement: computed once, as a materialised CTE."""

from __future__ import annotations

from sqlglot import exp

from federation.relational.nodes import bare
from federation.sql.relation import Aliases, Rel, from_


def share(rel: Rel, aliases: Aliases) -> tuple[Rel, list[exp.CTE]]:
    """The relation as one that may stand in several places, and the CTEs that this needs.

    Rows of a file are read again: there, each place may have conditions of its own pushed down to
    the file. What is grouped, joined or made distinct is computed once.
    """
    if _only_reads(rel.query):
        return rel, []
    name = aliases.new()
    table = exp.CTE(this=rel.query, alias=exp.TableAlias(this=bare(name)), materialized=True)
    query = from_(exp.Select(expressions=[exp.Star()]), [exp.Table(this=bare(name))])
    return Rel(query, rel.terms), [table]


def with_shared(rel: Rel, tables: list[exp.CTE]) -> Rel:
    """The relation, whose query has just been made, with the CTEs that it reads."""
    if tables:
        rel.query.set("with_", exp.With(expressions=tables))
    return rel


def _only_reads(query: exp.Query) -> bool:
    """Whether a query gives rows of one file, some of them left out."""
    if not isinstance(query, exp.Select):
        return False
    if any(query.args.get(part) for part in ("joins", "group", "distinct", "limit", "with_")):
        return False
    read = query.args.get("from_")
    return read is None or isinstance(read.this, exp.Table)
