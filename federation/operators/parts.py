"""The plain SQL aggregates that set functions are made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlglot import exp

from federation.operators.fragments import sql
from federation.operators.lets import Lets
from federation.relational.nodes import column


@dataclass(slots=True)
class AggregateParts:
    """The plain SQL aggregates of one grouping, as columns of the SELECT around it (its alias).

    `may_be_empty` tells that there is one group even over no row. `rows` are the values computed
    for each row before it is grouped, `lets` those computed for each group after.
    """

    alias: str
    lets: Lets
    may_be_empty: bool = False
    rows: Lets | None = None
    kept: dict[exp.Expression, str] = field(default_factory=dict)

    def of(self, aggregate: exp.Expression) -> exp.Expression:
        """A SQL aggregate as a column of the outer SELECT."""
        name = self.kept.setdefault(aggregate, f"agg{len(self.kept)}")
        return column(name, self.alias)

    def row(self, value: exp.Expression) -> exp.Expression:
        """A value of each row, computed once."""
        return value if self.rows is None else self.rows.keep(value)

    def sql(self, fragment: str, **holes: exp.Expression) -> exp.Expression:
        """A SQL aggregate written as a fragment."""
        return self.of(sql(fragment, **holes))

    def columns(self) -> Iterator[tuple[exp.Expression, str]]:
        """The aggregates and the names of their columns."""
        yield from self.kept.items()
