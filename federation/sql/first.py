"""The first solutions of a plan as SQL: a LIMIT without ORDER BY.

DuckDB keeps the order of rows through FROM, WHERE, SELECT and UNION ALL, with any number of threads
(its setting `preserve_insertion_order`, which is on unless it is turned off).
"""

from __future__ import annotations

from sqlglot import exp

from federation.planning.plan import First
from federation.sql.relation import Aliases, Rel, from_, of_table, select, source


def first_sql(first: First, child: Rel, aliases: Aliases) -> Rel:
    """Projection, OFFSET and LIMIT over rows that come in an order of their own."""
    alias = aliases.new()
    terms = of_table(child, alias)
    query, outputs = select({name: terms[name] for name in first.variables if name in terms})
    from_(query, [source(child, alias)])
    query.set("limit", exp.Limit(expression=exp.Literal.number(first.limit)))
    if first.offset:
        query.set("offset", exp.Offset(expression=exp.Literal.number(first.offset)))
    return Rel(query, outputs)
