"""The writer: one function from a plan to SQL, node by node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlglot import exp

from federation.algebra import Call, Exists, Expression
from federation.operators import Lets, Scope, compile_condition, compile_term
from federation.planning.domains import domains
from federation.planning.expressions import variables_in
from federation.planning.plan import (
    AntiJoin,
    Closure,
    Empty,
    ExistsPlan,
    Extend,
    Filter,
    First,
    Group,
    Inline,
    Join,
    LeftJoin,
    Modify,
    Plan,
    Scan,
    UnionAll,
    Unit,
    variables_of,
)
from federation.relational.encoding import SqlTerm
from federation.relational.identity import compatible
from federation.sql.closure import closure_sql
from federation.sql.first import first_sql
from federation.sql.join import (
    OpenJoin,
    anti_join,
    inner_join,
    left_join,
    open_join,
    single,
)
from federation.sql.modifiers import group_sql, inline_sql, modify_sql
from federation.sql.relation import (
    Aliases,
    Rel,
    from_,
    no_rows,
    of_table,
    one_row,
    select,
    source,
    where,
)
from federation.sql.scan import scan_sql
from federation.sql.spatial_join import joins_by_place, spatial_left_join, with_boxes
from federation.sql.union import union
from federation.unsupported import Unsupported

Planned = tuple[tuple[Exists, ExistsPlan], ...]


@dataclass(frozen=True, slots=True)
class SqlWriter:
    """Writes plans as SQL. `now` is the query's one time, `base` its base IRI."""

    now: datetime
    base: str | None = None
    aliases: Aliases = field(default_factory=Aliases)

    def write(self, plan: Plan) -> Rel:
        """The plan as SQL. Raises Unsupported, naming what cannot be expressed exactly."""
        match plan:
            case Scan():
                return scan_sql(plan)
            case Unit():
                return one_row()
            case Empty():
                return no_rows()
            case Inline():
                return inline_sql(plan, self.aliases)
            case UnionAll(branches=branches, distinct=distinct):
                parts = [one if isinstance(one, Scan) else self.write(one) for one in branches]
                return union(parts, self.aliases, distinct=distinct)
            case Join(children=children):
                return inner_join([self.write(part) for part in children], self.aliases)
            case AntiJoin(left=left, right=right):
                return anti_join(self.write(left), self.write(right), self.aliases)
            case LeftJoin():
                return self._left_join(plan)
            case Filter():
                return self._filter(plan)
            case Extend():
                return self._extend(plan)
            case Group(child=child):
                rel, alias = self.write(child), self.aliases.new()
                scope = self._scope(of_table(rel, alias), (), _lets(alias))
                return group_sql(plan, rel, scope, self.aliases, alias)
            case Modify(child=child):
                rel, alias = self.write(child), self.aliases.new()
                scope = self._scope(of_table(rel, alias), (), _lets(alias))
                return modify_sql(plan, rel, scope, self.aliases, alias)
            case First(child=child):
                return first_sql(plan, self.write(child), self.aliases)
            case Closure(step=step, nodes=nodes):
                return closure_sql(
                    plan,
                    self.write(step),
                    None if nodes is None else self.write(nodes),
                    self.aliases,
                )

    def _left_join(self, plan: LeftJoin) -> Rel:
        """A condition that only the right side's bound variables meet is a filter of that side:
        DuckDB compares all pairs for one that stands in ON and reads both sides, as the values
        kept for it may. Raises Unsupported for an EXISTS that reads the left side too: DuckDB takes
        no sub-query in the ON of an outer join.
        """
        if plan.condition is None:
            return left_join(self.write(plan.left), self.write(plan.right), None, self.aliases)
        expression = plan.condition
        read = variables_in(expression).union(*(_names_of(found) for _, found in plan.exists))
        from_left = read & set(variables_of(plan.left)) if plan.exists else read
        if from_left <= domains(plan.right).keys():
            right = self._filter(Filter(plan.right, expression, plan.exists))
            return left_join(self.write(plan.left), right, None, self.aliases)
        if plan.exists:
            raise Unsupported("EXISTS over both sides of an OPTIONAL")

        def condition(terms: Mapping[str, SqlTerm], lets: Lets) -> exp.Expression:
            return compile_condition(with_boxes(expression), self._scope(terms, (), lets))

        left, right = self.write(plan.left), self.write(plan.right)
        if joins_by_place(expression) and left.terms.keys().isdisjoint(right.terms):
            return spatial_left_join(left, right, condition, self.aliases)
        return left_join(left, right, condition, self.aliases)

    def _filter(self, plan: Filter) -> Rel:
        """A filter becomes a condition of the join below it, so that it can be a join condition."""
        joined = self._open(plan.child)
        if _calculates_across(plan.condition, joined):
            joined = single(joined.select(joined.terms), self.aliases)
        lets = joined.lets()
        scope = self._scope(joined.terms, plan.exists, lets)
        condition = compile_condition(with_boxes(plan.condition), scope)
        return joined.select(joined.terms, lets, [condition])

    def _open(self, plan: Plan) -> OpenJoin:
        if isinstance(plan, Join):
            return open_join([self.write(part) for part in plan.children], self.aliases)
        return single(self.write(plan), self.aliases)

    def _extend(self, plan: Extend) -> Rel:
        rel, alias = self.write(plan.child), self.aliases.new()
        terms = of_table(rel, alias)
        lets = _lets(alias, rel)
        value = compile_term(plan.expression, self._scope(terms, plan.exists, lets))
        query, outputs = select({**terms, plan.variable: value})
        return Rel(from_(query, [lets.source(source(rel, alias))]), outputs)

    def _scope(self, terms: Mapping[str, SqlTerm], planned: Planned, lets: Lets) -> Scope:
        plans = dict(planned)

        def exists(node: Exists) -> exp.Expression:
            return self._exists(plans[node], terms, planned, lets)

        return Scope(terms=terms, exists=exists, now=self.now, base=self.base, lets=lets)

    def _exists(
        self, plan: ExistsPlan, outer: Mapping[str, SqlTerm], planned: Planned, lets: Lets
    ) -> exp.Expression:
        """SQL truth of EXISTS for an outer row, as a correlated sub-query."""
        joined = self._open(plan.plan)
        for rel, alias in joined.items:
            lets.host(alias, rel.shapes)
        conditions = [
            compatible(outer[name], joined.terms[name]) for name in outer if name in joined.terms
        ]
        scope = self._scope({**joined.terms, **outer}, (*planned, *plan.exists), lets)
        conditions += [compile_condition(with_boxes(one), scope) for one in plan.conditions]
        query = exp.Select(expressions=[exp.Literal.number(1)])
        from_(query, [lets.source(source(rel, alias)) for rel, alias in joined.items])
        return exp.Exists(this=where(query, [*joined.conditions, *conditions]))


def _names_of(found: ExistsPlan) -> set[str]:
    """The variables that an EXISTS reads or binds."""
    names = set(variables_of(found.plan))
    for condition in found.conditions:
        names |= variables_in(condition)
    return names.union(*(_names_of(nested) for _, nested in found.exists))


_ARITHMETIC: Final = frozenset(("+", "-", "*", "/"))


def _calculates_across(expression: Expression, joined: OpenJoin) -> bool:
    """Whether a calculation reads more than one source of a join: no source can hold its value, so
    the join becomes one source first.
    """
    match expression:
        case Call(function=function, arguments=arguments):
            if function in _ARITHMETIC:
                names = variables_in(expression)
                columns = [c for name in names if (t := joined.terms.get(name)) for c in t.columns]
                if len({found.table for c in columns for found in c.find_all(exp.Column)}) > 1:
                    return True
            return any(_calculates_across(argument, joined) for argument in arguments)
        case _:
            return False


def _lets(alias: str, rel: Rel | None = None) -> Lets:
    """A place for intermediate values in one source."""
    lets = Lets()
    lets.host(alias, None if rel is None else rel.shapes)
    return lets
