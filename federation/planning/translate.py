"""Algebra to plan, over the graphs of a view (SPARQL 1.1 section 18.6, evaluated by relations)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from federation import algebra
from federation.algebra import Exists, Expression, Variable
from federation.planning.conditions import wanted_values
from federation.planning.domains import Domains, domains, narrow_all
from federation.planning.expressions import exists_in, variables_in
from federation.planning.fresh_nodes import makes_nodes, name_ordered, name_solutions
from federation.planning.hoisting import (
    counts_solutions,
    exists_below_group,
    exists_below_order,
)
from federation.planning.paths import plan_path
from federation.planning.patterns import count_rules, unfold_pattern, variable_name
from federation.planning.plan import (
    AntiJoin,
    Empty,
    ExistsPlan,
    Extend,
    Filter,
    Group,
    Inline,
    Join,
    LeftJoin,
    Modify,
    Plan,
    UnionAll,
    Unit,
    variables_of,
)
from federation.planning.rules import RULES, Rule, finish, optimise
from federation.planning.rules.prune_incompatible import prune_incompatible, restrict_to_context
from federation.planning.rules.push_filters import push_filters
from federation.unsupported import Unsupported
from federation.view import ViewGraph
from mappers.rdf import Iri


@dataclass(frozen=True, slots=True)
class Dataset:
    """The RDF data set of a query: the graphs merged as its default graph, and its named graphs."""

    default: tuple[ViewGraph, ...]
    named: tuple[ViewGraph, ...]


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans patterns over a data set.

    `active` are the graphs merged as the active graph. `rules` are the optimiser's. `numbers` name
    the variables that planning adds.
    """

    dataset: Dataset
    active: tuple[ViewGraph, ...]
    rules: tuple[Rule, ...] = RULES
    numbers: Iterator[int] = field(default_factory=count)

    def plan(self, pattern: algebra.Pattern) -> Plan:
        """The plan of the whole pattern of a query.

        Raises Unsupported, naming what SQL cannot yet express.
        """
        return finish(self._plan(pattern), self.rules)

    def _plan(self, pattern: algebra.Pattern, context: Domains | None = None) -> Plan:
        """The plan of a part of the pattern.

        `context` are the domains of variables of whatever the result will be joined with: branches
        that cannot join may be left out. Raises Unsupported, naming what SQL cannot yet express.
        """
        around = context or {}
        if makes_nodes(pattern):
            pattern = name_solutions(pattern, visible_variables(pattern), self.numbers)
        match pattern:
            case algebra.Bgp(patterns=parts):
                return self._bgp(parts, around)
            case algebra.Join(left=left, right=right):
                return self._join(left, right, around)
            case algebra.LeftJoin():
                return self._left_join(pattern, around)
            case algebra.Union(left=left, right=right):
                return _union(self._plan(left, around), self._plan(right, around))
            case algebra.Minus(left=left, right=right):
                kept = self._plan(left, around)
                return AntiJoin(kept, self._plan(right, domains(kept)))
            case algebra.Filter(condition=condition, pattern=inner):
                if push_filters in self.rules:
                    around = narrow_all((around, wanted_values(condition)))
                child = self._plan(inner, around)
                return Filter(child, condition, self._exists(condition, child))
            case algebra.Extend(pattern=inner, variable=variable, expression=expression):
                child = self._plan(inner, around)
                return Extend(child, variable.name, expression, self._exists(expression, child))
            case algebra.Graph(name=name, pattern=inner):
                return self._graph(name, inner, around)
            case algebra.Values(variables=variables, rows=rows):
                return Inline(tuple(variable.name for variable in variables), rows)
            case algebra.Group():
                return self._group(pattern)
            case algebra.Service(name=name):
                raise Unsupported(f"SERVICE {name}")
            case _:
                return self._modifiers(pattern, around)

    def _bgp(
        self,
        parts: tuple[algebra.TriplePattern | algebra.PathPattern, ...],
        around: Domains,
    ) -> Plan:
        if not parts:
            return Unit()
        triples = [part for part in parts if isinstance(part, algebra.TriplePattern)]
        planned = self._unfolded(triples, around)
        for part in parts:
            if isinstance(part, algebra.PathPattern):
                planned.extend(plan_path(part, self.active, self.rules, self.numbers))
        return self._optimised(planned, around)

    def _unfolded(self, triples: list[algebra.TriplePattern], around: Domains) -> list[Plan]:
        """The plans of triple patterns, in their order.

        Those with the fewest rules are unfolded first: what they bind rules out most others.
        """
        if prune_incompatible not in self.rules:
            return [unfold_pattern(one, self.active) for one in triples]
        found: dict[int, Plan] = {}
        known = around
        rules = [count_rules(one, self.active) for one in triples]
        for index in sorted(range(len(triples)), key=rules.__getitem__):
            found[index] = unfold_pattern(triples[index], self.active, known)
            known = narrow_all((known, domains(found[index])))
        return [found[index] for index in range(len(triples))]

    def _optimised(self, parts: list[Plan], around: Domains) -> Plan:
        """The optimised inner join of some plans; their nested joins are made one."""
        flat: list[Plan] = []
        for part in parts:
            restricted = restrict_to_context(part, around)
            flat.extend(restricted.children if isinstance(restricted, Join) else (restricted,))
        flat = [part for part in flat if not isinstance(part, Unit)]
        if not flat:
            return Unit()
        joined: Plan = Join(tuple(flat)) if len(flat) > 1 else flat[0]
        return optimise(joined, self.rules)

    def _join(self, left: algebra.Pattern, right: algebra.Pattern, around: Domains) -> Plan:
        first = self._plan(left, around)
        second = self._plan(right, narrow_all((around, domains(first))))
        return self._optimised([first, second], around)

    def _left_join(self, pattern: algebra.LeftJoin, around: Domains) -> Plan:
        left = self._plan(pattern.left, around)
        right = self._plan(pattern.right, domains(left))
        if isinstance(right, Empty):
            # The right side's variables stay unbound; nothing else can come of it.
            return left
        exists: tuple[tuple[Exists, ExistsPlan], ...] = ()
        if pattern.condition is not None:
            exists = self._exists(pattern.condition, Join((left, right)))
        planned = LeftJoin(left, right, pattern.condition, exists)
        return optimise(planned, self.rules)

    def _graph(self, name: Iri | Variable, inner: algebra.Pattern, around: Domains) -> Plan:
        if isinstance(name, Iri):
            graphs = tuple(graph for graph in self.dataset.named if graph.iri == name.value)
            if not graphs:
                return Empty(visible_variables(inner))
            return replace(self, active=graphs)._plan(inner, around)
        branches: list[Plan] = []
        for graph in self.dataset.named:
            one = Inline((name.name,), ((Iri(graph.iri),),))
            known = narrow_all((around, domains(one)))
            found = replace(self, active=(graph,))._plan(inner, known)
            if name.name in variables_of(found):
                found = Join((found, one))
            elif not isinstance(found, Empty):
                found = Extend(found, name.name, Iri(graph.iri))
            if not isinstance(found, Empty):
                branches.append(found)
        if not branches:
            return Empty((*visible_variables(inner), name.name))
        return branches[0] if len(branches) == 1 else UnionAll(tuple(branches))

    def _group(self, pattern: algebra.Group) -> Plan:
        if not counts_solutions(pattern):
            pattern = exists_below_group(pattern, self.numbers)
        elif any(one.argument and exists_in(one.argument) for _, one in pattern.aggregates):
            raise Unsupported("EXISTS inside an aggregate beside COUNT(DISTINCT *)")
        child = self._plan(pattern.pattern)
        return Group(
            child,
            tuple(key.name for key in pattern.keys),
            tuple((variable.name, aggregate) for variable, aggregate in pattern.aggregates),
            pattern.implicit,
        )

    def _modifiers(self, pattern: algebra.Pattern, around: Domains) -> Plan:
        offset, limit, distinct = 0, None, False
        order: tuple[algebra.SortKey, ...] = ()
        inner = pattern
        if isinstance(inner, algebra.Slice):
            offset, limit, inner = inner.offset, inner.limit, inner.pattern
        if isinstance(inner, algebra.Distinct | algebra.Reduced):
            # REDUCED may leave duplicates in or out; leaving them in is the cheaper of both.
            distinct = isinstance(inner, algebra.Distinct)
            inner = inner.pattern
        variables: tuple[str, ...] | None = None
        if isinstance(inner, algebra.Project):
            variables = tuple(variable.name for variable in inner.variables)
            inner = inner.pattern
        if isinstance(inner, algebra.OrderBy):
            inner = exists_below_order(name_ordered(inner, self.numbers), self.numbers)
            order, inner = inner.keys, inner.pattern
        if inner is pattern:
            raise Unsupported(type(pattern).__name__)
        sliced = limit is not None or offset > 0
        visible = (
            {}
            if sliced
            else {
                name: domain
                for name, domain in around.items()
                if variables is None or name in variables
            }
        )
        child = self._plan(inner, visible)
        return Modify(
            child,
            variables_of(child) if variables is None else variables,
            order,
            distinct,
            offset,
            limit,
        )

    def _exists(self, expression: Expression, outer: Plan) -> tuple[tuple[Exists, ExistsPlan], ...]:
        found = exists_in(expression)
        return tuple((one, self._exists_plan(one, outer)) for one in found)

    def _exists_plan(self, exists: Exists, outer: Plan) -> ExistsPlan:
        """The plan of an EXISTS pattern.

        The outer row's values replace its variables in the pattern (section 18.6, `substitute`).
        For what joins, that is a join; a filter at the top of the pattern sees the outer row; an
        expression further down that reads a variable of the outer row is left to the residual path.
        """
        conditions: list[Expression] = []
        inner = exists.pattern
        while isinstance(inner, algebra.Filter):
            conditions.append(inner.condition)
            inner = inner.pattern
        outer_names = set(variables_of(outer))
        hidden = hidden_reads(inner) & outer_names
        if hidden:
            names = ", ".join(f"?{name}" for name in sorted(hidden))
            raise Unsupported(
                f"EXISTS whose inner expressions or sub-selects use {names} of outside"
            )
        plan = self._plan(inner, domains(outer))
        nested = tuple(
            pair
            for condition in conditions
            for pair in self._exists(condition, Join((outer, plan)))
        )
        return ExistsPlan(plan, tuple(conditions), nested)


def _union(left: Plan, right: Plan) -> Plan:
    branches: list[Plan] = []
    for side in (left, right):
        if isinstance(side, UnionAll) and not side.distinct:
            branches.extend(side.branches)
        elif not isinstance(side, Empty):
            branches.append(side)
    if not branches:
        return Empty(tuple(dict.fromkeys((*variables_of(left), *variables_of(right)))))
    return branches[0] if len(branches) == 1 else UnionAll(tuple(branches))


def visible_variables(pattern: algebra.Pattern) -> tuple[str, ...]:
    """The variables in scope after a pattern (section 18.2.1), blank nodes of the query
    among them."""
    match pattern:
        case algebra.Bgp(patterns=parts):
            names: list[str] = []
            for part in parts:
                terms = (
                    (part.subject, part.predicate, part.object)
                    if isinstance(part, algebra.TriplePattern)
                    else (part.subject, part.object)
                )
                names += [name for name in map(variable_name, terms) if name is not None]
        case algebra.Join(left=left, right=right) | algebra.Union(left=left, right=right):
            names = [*visible_variables(left), *visible_variables(right)]
        case algebra.LeftJoin(left=left, right=right):
            names = [*visible_variables(left), *visible_variables(right)]
        case algebra.Minus(left=left):
            names = list(visible_variables(left))
        case algebra.Extend(pattern=inner, variable=variable):
            names = [*visible_variables(inner), variable.name]
        case algebra.Graph(name=name, pattern=inner) | algebra.Service(name=name, pattern=inner):
            names = list(visible_variables(inner))
            if isinstance(name, Variable):
                names.append(name.name)
        case algebra.Values(variables=variables) | algebra.Project(variables=variables):
            names = [variable.name for variable in variables]
        case algebra.Group(keys=keys, aggregates=aggregates):
            names = [key.name for key in keys] + [variable.name for variable, _ in aggregates]
        case _:
            names = list(visible_variables(pattern.pattern))
    return tuple(dict.fromkeys(names))


def hidden_reads(pattern: algebra.Pattern) -> set[str]:
    """Variables read by expressions inside a pattern where joining afterwards would come too late.

    Those are variables that an expression reads and its own group does not bind, and variables
    inside a sub-select that it does not project.
    """
    match pattern:
        case algebra.Filter(condition=condition, pattern=inner):
            return hidden_reads(inner) | (variables_in(condition) - set(visible_variables(inner)))
        case algebra.Extend(pattern=inner, expression=expression):
            return hidden_reads(inner) | (variables_in(expression) - set(visible_variables(inner)))
        case algebra.LeftJoin(left=left, right=right, condition=condition):
            read = set() if condition is None else variables_in(condition)
            own = {*visible_variables(left), *visible_variables(right)}
            # A variable that only the right side binds must not be fixed before the left join.
            late = set(visible_variables(right)) - set(visible_variables(left))
            return hidden_reads(left) | hidden_reads(right) | (read - own) | late
        case algebra.Minus(left=left, right=right):
            late = set(visible_variables(right)) - set(visible_variables(left))
            return hidden_reads(left) | hidden_reads(right) | late
        case algebra.Join(left=left, right=right) | algebra.Union(left=left, right=right):
            return hidden_reads(left) | hidden_reads(right)
        case algebra.Graph(pattern=inner):
            return hidden_reads(inner)
        case algebra.Bgp() | algebra.Values():
            return set()
        case algebra.Project(pattern=inner, variables=variables):
            own = {variable.name for variable in variables}
            return hidden_reads(inner) & own
        case algebra.Group() | algebra.Slice():
            return set(visible_variables(pattern))
        case _:
            return hidden_reads(pattern.pattern)
