"""Plans as frozen values: what is scanned, joined and computed to answer a pattern.

A plan gives a bag of solutions over variables (named without `?`; a blank node of the query is a
variable named `_:label`). Expressions stay SPARQL expressions until SQL is written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from federation.algebra import Aggregate, Exists, Expression, SortKey
from mappers.published import Relation, TemplateTerm, TermMap
from mappers.rdf import Iri, Literal
from mappers.unfolding import Condition

Place = tuple[str, str]
"""A published version: its silo and folder."""


@dataclass(frozen=True, slots=True)
class Table:
    """A published relation of a silo: where its file lies."""

    silo: str
    folder: str
    relation: Relation

    @property
    def name(self) -> str:
        """Silo and relation, for people."""
        return f"{self.silo}.{self.relation.name}"

    @property
    def place(self) -> Place:
        """The version that it belongs to; what publishing found of relations holds within one."""
        return self.silo, self.folder

    @property
    def path(self) -> str:
        """The path of its file."""
        return f"{self.folder}/{self.relation.file}"


@dataclass(frozen=True, slots=True)
class OptionalOutputs:
    """Variables bound just where a row meets further conditions: an OPTIONAL on a keyed row."""

    outputs: tuple[tuple[str, TermMap], ...]
    required: tuple[str, ...]
    conditions: tuple[Condition, ...]
    equal: tuple[tuple[TermMap, TermMap], ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """What a row must not meet as a whole: a NOT EXISTS on a keyed row."""

    required: tuple[str, ...]
    conditions: tuple[Condition, ...]
    equal: tuple[tuple[TermMap, TermMap], ...]


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows of one relation as solutions.

    A row counts if all `required` columns are not NULL, all `conditions` hold, the pairs in
    `equal` give the same term, and it meets none of `excluded` as a whole. `distinct` removes rows
    that are equal in all outputs. `patterns` prints the triple patterns answered; `graphs` are the
    IRIs of the graphs they are answered from.
    """

    table: Table
    outputs: tuple[tuple[str, TermMap], ...]
    required: tuple[str, ...]
    conditions: tuple[Condition, ...]
    distinct: bool
    graphs: tuple[str, ...]
    patterns: tuple[str, ...]
    triple: tuple[TermMap, TermMap, TermMap] | None = None
    equal: tuple[tuple[TermMap, TermMap], ...] = ()
    optional: tuple[OptionalOutputs, ...] = ()
    excluded: tuple[Excluded, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """One solution that binds nothing."""


@dataclass(frozen=True, slots=True)
class Empty:
    """No solution; `variables` are those it would bind."""

    variables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnionAll:
    """The solutions of all branches; `distinct` if the same solution may come from several."""

    branches: tuple[Plan, ...]
    distinct: bool = False


@dataclass(frozen=True, slots=True)
class Join:
    """Inner join of all children on their shared variables."""

    children: tuple[Plan, ...]


@dataclass(frozen=True, slots=True)
class LeftJoin:
    """OPTIONAL."""

    left: Plan
    right: Plan
    condition: Expression | None
    exists: tuple[tuple[Exists, ExistsPlan], ...] = ()


@dataclass(frozen=True, slots=True)
class AntiJoin:
    """MINUS."""

    left: Plan
    right: Plan


@dataclass(frozen=True, slots=True)
class ExistsPlan:
    """The pattern of an EXISTS: solutions of `plan` that meet `conditions`, which see the outer
    row.
    """

    plan: Plan
    conditions: tuple[Expression, ...]
    exists: tuple[tuple[Exists, ExistsPlan], ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """The solutions for which the condition is true."""

    child: Plan
    condition: Expression
    exists: tuple[tuple[Exists, ExistsPlan], ...] = ()


@dataclass(frozen=True, slots=True)
class Extend:
    """Adds a variable."""

    child: Plan
    variable: str
    expression: Expression
    exists: tuple[tuple[Exists, ExistsPlan], ...] = ()


@dataclass(frozen=True, slots=True)
class Inline:
    """VALUES; None is UNDEF.

    The terms of a variable in `templates` are IRIs that the template gives, each from other values
    of its columns: they stand in columns as the template's do.
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Iri | Literal | None, ...], ...]
    templates: tuple[tuple[str, TemplateTerm], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Grouping by variables; with `implicit`, one group even over no solution."""

    child: Plan
    keys: tuple[str, ...]
    aggregates: tuple[tuple[str, Aggregate], ...]
    implicit: bool


@dataclass(frozen=True, slots=True)
class Modify:
    """Solution modifiers, in SPARQL's order: order, project, distinct, slice."""

    child: Plan
    variables: tuple[str, ...]
    order: tuple[SortKey, ...] = ()
    distinct: bool = False
    offset: int = 0
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class First:
    """A slice of the solutions in the order in which the child gives them, projected.

    The child is a plan whose SQL keeps the order of files: scans, unions of them, and what is
    computed or filtered row by row.
    """

    child: Plan
    variables: tuple[str, ...]
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Closure:
    """Pairs joined by one or more steps (or none), each pair once.

    `step` gives the pairs of one step in the variables `.from` and `.to`. `nodes` gives in `.node`
    all nodes that a path of no step joins with themselves; None if `zero` is not asked for, or an
    end is a constant. `start` and `end` are the path's ends: a variable's name or a term.
    """

    step: Plan
    start: str | Iri | Literal
    end: str | Iri | Literal
    zero: bool
    unbounded: bool
    nodes: Plan | None
    text: str


Plan = (
    Scan
    | Unit
    | Empty
    | UnionAll
    | Join
    | LeftJoin
    | AntiJoin
    | Filter
    | Extend
    | Inline
    | Group
    | Modify
    | First
    | Closure
)


def children(plan: Plan | ExistsPlan) -> tuple[Plan, ...]:
    """The plans directly below a plan, those of EXISTS included."""
    match plan:
        case Scan() | Unit() | Empty() | Inline():
            return ()
        case UnionAll(branches=branches):
            return branches
        case Join(children=parts):
            return parts
        case LeftJoin(left=left, right=right, exists=exists):
            return (left, right, *(found.plan for _, found in exists))
        case AntiJoin(left=left, right=right):
            return (left, right)
        case Filter(child=child, exists=exists) | Extend(child=child, exists=exists):
            return (child, *(found.plan for _, found in exists))
        case Group(child=child) | Modify(child=child) | First(child=child):
            return (child,)
        case Closure(step=step, nodes=nodes):
            return (step,) if nodes is None else (step, nodes)
        case ExistsPlan(plan=inner, exists=exists):
            return (inner, *(found.plan for _, found in exists))


def rebuilt(plan: Plan, change: Callable[[Plan], Plan]) -> Plan:
    """The plan with each plan directly below it changed, those of EXISTS included."""
    match plan:
        case Scan() | Unit() | Empty() | Inline():
            return plan
        case UnionAll(branches=branches):
            return replace(plan, branches=tuple(map(change, branches)))
        case Join(children=parts):
            return Join(tuple(map(change, parts)))
        case LeftJoin(left=left, right=right, exists=exists):
            inner = exists_rebuilt(exists, change)
            return replace(plan, left=change(left), right=change(right), exists=inner)
        case AntiJoin(left=left, right=right):
            return AntiJoin(change(left), change(right))
        case Filter(child=child, exists=exists) | Extend(child=child, exists=exists):
            return replace(plan, child=change(child), exists=exists_rebuilt(exists, change))
        case Group(child=child) | Modify(child=child) | First(child=child):
            return replace(plan, child=change(child))
        case Closure(step=step, nodes=nodes):
            return replace(plan, step=change(step), nodes=None if nodes is None else change(nodes))


def exists_rebuilt(
    found: tuple[tuple[Exists, ExistsPlan], ...], change: Callable[[Plan], Plan]
) -> tuple[tuple[Exists, ExistsPlan], ...]:
    """The plans of some EXISTS, each changed."""
    return tuple(
        (node, replace(one, plan=change(one.plan), exists=exists_rebuilt(one.exists, change)))
        for node, one in found
    )


def scans(plan: Plan) -> Iterator[Scan]:
    """All scans of a plan."""
    if isinstance(plan, Scan):
        yield plan
    for child in children(plan):
        yield from scans(child)


def graphs_used(plan: Plan) -> tuple[str, ...]:
    """The IRIs of the graphs a plan reads, each once, sorted."""
    return tuple(sorted({graph for scan in scans(plan) for graph in scan.graphs}))


def variables_of(plan: Plan) -> tuple[str, ...]:
    """The variables a plan may bind, each once, in order of appearance."""
    match plan:
        case Scan(outputs=outputs, optional=optional):
            names = [name for name, _ in outputs]
            names += [name for group in optional for name, _ in group.outputs]
        case Unit():
            names = []
        case Empty(variables=variables) | Inline(variables=variables):
            names = list(variables)
        case Modify(variables=variables) | First(variables=variables):
            names = list(variables)
        case Group(keys=keys, aggregates=aggregates):
            names = [*keys, *(name for name, _ in aggregates)]
        case Closure(start=start, end=end):
            names = [one for one in (start, end) if isinstance(one, str)]
        case AntiJoin(left=left):
            names = list(variables_of(left))
        case Extend(child=child, variable=variable):
            names = [*variables_of(child), variable]
        case Filter(child=child):
            names = list(variables_of(child))
        case UnionAll() | Join() | LeftJoin():
            below = (plan.left, plan.right) if isinstance(plan, LeftJoin) else children(plan)
            names = [name for child in below for name in variables_of(child)]
    return tuple(dict.fromkeys(names))
