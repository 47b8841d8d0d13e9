"""Intermediate values as columns: each is computed once, in a SELECT below the one that uses it.

Without it an expression used twice would be written twice, and a nested one grow exponentially.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from federation.relational.nodes import bare, column, quoted

_SMALL = 6
"""Nodes up to which an expression is not worth a column."""


@dataclass(slots=True)
class Lets:
    """Values to be computed in the sources of one SELECT, by the alias of the source they read.

    This is the one thing that grows while an expression is compiled; it lives no longer than that.
    """

    kept: dict[str, list[tuple[exp.Expression, str]]] = field(default_factory=dict)
    known: dict[exp.Expression, exp.Column] = field(default_factory=dict)
    depth: dict[str, int] = field(default_factory=dict)
    hosts: list[str] = field(default_factory=list)
    constants: set[tuple[str, str]] = field(default_factory=set)
    """Source and name of the kept values that read no source."""
    shapes: dict[exp.Expression, exp.Column] = field(default_factory=dict)
    """By the column of a geometry literal, that of the same geometry as WKB."""

    def host(self, alias: str, shapes: Mapping[str, str] | None = None) -> None:
        """Allow values to be computed in the source of this alias; `shapes` as a `Rel` has them."""
        self.hosts.append(alias)
        for literal, shape in (shapes or {}).items():
            self.shapes[column(literal, alias)] = column(shape, alias)

    def keep(self, value: exp.Expression, beside: str | None = None) -> exp.Expression:
        """The value as a column of the source it reads; itself if it is small or reads several.

        A value that reads no column goes to the source `beside`, or to the first; where it is
        needed with another source it is kept there too. One that differs at each call (RAND, UUID)
        gets a column at each call.
        """
        if not _is_large(value):
            return value
        value = self._with_constants_moved(value)
        if value in self.known and beside in (None, self.known[value].table):
            return self.known[value]
        columns = list(value.find_all(exp.Column))
        tables = {column.table for column in columns}
        if len(tables) > 1 or not tables.issubset(self.hosts) or not self.hosts:
            return value
        if value.find(exp.AggFunc, exp.Subquery, exp.Exists):
            return value
        table = tables.pop() if tables else (beside or self.hosts[0])
        name = f"let{len(self.depth)}"
        self.kept.setdefault(table, []).append((value, name))
        self.depth[name] = 1 + max(
            (self.depth.get(column.name, 0) for column in columns), default=0
        )
        found = column(name, table)
        if not value.find(exp.Rand, exp.Uuid):
            self.known[value] = found
            if all(self._is_constant(read) for read in columns):
                self.constants.add((table, name))
        return found

    def _is_constant(self, read: exp.Column) -> bool:
        return (read.table, read.name) in self.constants

    def _with_constants_moved(self, value: exp.Expression) -> exp.Expression:
        """The value with the kept constants it reads kept in the one other source that it reads."""
        columns = set(value.find_all(exp.Column))
        tables = {read.table for read in columns if not self._is_constant(read)}
        away = {read for read in columns if self._is_constant(read) and read.table not in tables}
        if len(tables) != 1 or not away:
            return value
        (table,) = tables
        moved = {read: self._moved(read, table) for read in away}
        written = value.transform(lambda node: moved.get(node, node))
        assert isinstance(written, exp.Expression)
        return written

    def _moved(self, constant: exp.Column, table: str) -> exp.Expression:
        """A kept constant, kept in another source with all that it is made of."""
        value = self.definition(constant)
        moved = {read: self._moved(read, table) for read in value.find_all(exp.Column)}
        written = value.transform(lambda node: moved.get(node, node)) if moved else value
        assert isinstance(written, exp.Expression)
        return self.keep(written, beside=table)

    def definition(self, value: exp.Expression) -> exp.Expression:
        """What a kept column stands for; any other value is itself."""
        if isinstance(value, exp.Column):
            for kept in self.kept.get(value.table, ()):
                if kept[1] == value.name:
                    return kept[0]
        return value

    def constant(self, value: exp.Expression) -> exp.Expression | None:
        """The value without kept columns, if it reads no source; otherwise None."""
        found = {read: self.definition(read) for read in value.find_all(exp.Column)}
        for read, kept in found.items():
            whole = None if kept is read else self.constant(kept)
            if whole is None or whole.find(exp.Rand, exp.Uuid):
                return None
            found[read] = exp.Paren(this=whole)
        written = value.transform(lambda node: found.get(node, node)) if found else value
        assert isinstance(written, exp.Expression)
        return written

    def source(self, item: exp.Subquery) -> exp.Subquery:
        """The source with the values kept for it, in as many layers as they build on each other."""
        alias = item.alias
        kept = self.kept.get(alias, [])
        layers = sorted({self.depth[name] for _, name in kept})
        for layer in layers:
            expressions: list[exp.Expression] = [exp.Column(this=exp.Star(), table=bare(alias))]
            expressions += [
                exp.Alias(this=value, alias=quoted(name))
                for value, name in kept
                if self.depth[name] == layer
            ]
            query = exp.Select(expressions=expressions)
            query.set("from_", exp.From(this=item))
            item = exp.Subquery(this=query, alias=exp.TableAlias(this=bare(alias)))
        return item


def _is_large(value: exp.Expression) -> bool:
    if isinstance(value, exp.Column | exp.Literal):
        return False
    if isinstance(value, exp.Cast) and isinstance(value.this, exp.Literal):
        return False
    return any(count >= _SMALL for count, _ in enumerate(value.walk()))
