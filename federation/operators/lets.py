"""Intermediate values as columns: each is computed once, in a SELECT below the one that uses it.

Without it an expression used twice would be written twice, and a nested one grow exponentially.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

_SMALL = 6
"""Nodes up to which an expression is not worth a column."""


@dataclass(slots=True)
class Lets:
    """Values to be computed in the sources of one SELECT, by the alias of the source they read.

    This is the one thing that grows while an expression is compiled; it lives no longer than that.
    """

    kept: dict[str, dict[exp.Expression, str]] = field(default_factory=dict)
    depth: dict[str, int] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)

    def host(self, alias: str) -> None:
        """Allow values to be computed in the source of this alias."""
        self.hosts.add(alias)

    def keep(self, value: exp.Expression) -> exp.Expression:
        """The value as a column of the source it reads; itself if it is small or reads several."""
        if not _is_large(value):
            return value
        columns = list(value.find_all(exp.Column))
        tables = {column.table for column in columns}
        if len(tables) != 1 or not tables <= self.hosts or value.find(exp.AggFunc, exp.Subquery, exp.Exists):
            return value
        (table,) = tables
        known = self.kept.setdefault(table, {})
        if value not in known:
            name = f"let{len(self.depth)}"
            known[value] = name
            self.depth[name] = 1 + max(
                (self.depth.get(column.name, 0) for column in columns), default=0
            )
        return exp.column(exp.to_identifier(known[value], quoted=True), table=table)

    def source(self, item: exp.Subquery) -> exp.Subquery:
        """The source with the values kept for it, in as many layers as they build on each other."""
        alias = item.alias
        known = self.kept.get(alias, {})
        layers = sorted({self.depth[name] for name in known.values()})
        for layer in layers:
            expressions: list[exp.Expression] = [
                exp.Column(this=exp.Star(), table=exp.to_identifier(alias))
            ]
            expressions += [
                exp.Alias(this=value.copy(), alias=exp.to_identifier(name, quoted=True))
                for value, name in known.items()
                if self.depth[name] == layer
            ]
            query = exp.Select(expressions=expressions)
            query.set("from_", exp.From(this=item))
            item = exp.Subquery(
                this=query, alias=exp.TableAlias(this=exp.to_identifier(alias))
            )
        return item


def _is_large(value: exp.Expression) -> bool:
    if isinstance(value, exp.Column | exp.Literal):
        return False
    for count, _ in enumerate(value.walk()):
        if count >= _SMALL:
            return True
    return False
