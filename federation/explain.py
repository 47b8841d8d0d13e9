"""Plans in print: `explain` is the plan printing itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import sqlglot

from federation.algebra import Aggregate, Call, Exists, Expression
from federation.opened import Federation
from federation.planning.effects import effects
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
)
from federation.preparing import Prepared, Request, prepare
from federation.residual import ResidualPlan
from federation.sql import sql_text
from federation.syntax import bind_parameters, parse_query
from mappers.published import (
    ColumnTerm,
    ConstantTerm,
    GeneralTerm,
    Slot,
    TemplateTerm,
    TermMap,
    columns_of,
)
from mappers.unfolding import ColumnIs, Condition, TermIs, TermIsNot, TextIs, ValueIs


def explain(request: Request, federation: Federation, *, sql: bool = False) -> str:
    """How a question would be answered over the caller's view, without running it.

    Names the graphs read, what each rule of the optimiser did, the plan, and what runs on the
    residual path and why; `sql` adds the SQL.
    Raises what `answer` raises before it runs.
    """
    query = bind_parameters(
        parse_query(request.text, limits=federation.limits), dict(request.parameters)
    )
    now = datetime.now(UTC)
    with federation.epoch() as epoch:
        view = epoch.view(request, now)
        prepared = prepare(request, query, epoch.catalogue, view, now, federation.limits)
    lines = ["graphs read:"]
    lines += [f"  <{iri}>" for iri in prepared.graphs_used()] or ["  none"]
    lines += list(_body(prepared))
    if sql and prepared.rel is not None:
        lines += [
            "SQL:",
            sqlglot.parse_one(sql_text(prepared.rel.query), dialect="duckdb").sql(
                "duckdb", pretty=True
            ),
        ]
    return "\n".join(lines)


def _body(prepared: Prepared) -> Iterator[str]:
    if isinstance(prepared.plan, ResidualPlan):
        yield f"path: residual (Oxigraph over fetched triples), because of {prepared.plan.reason}"
        yield "fetches:"
        for plan in prepared.plan.plans():
            yield from print_plan(plan, 1)
        return
    yield "path: SQL over the virtual graphs"
    yield "rules:"
    done = tuple(effects(prepared.query.form.pattern, prepared.dataset))
    yield from (f"  {name}: {change}" for name, change in done)
    if not done:
        yield "  none changed the plan"
    yield "plan:"
    yield from print_plan(prepared.plan, 1)


def print_plan(plan: Plan, depth: int = 0) -> Iterator[str]:
    """A plan as indented lines, a node a line."""
    pad = "  " * depth
    match plan:
        case Scan():
            yield from _scan(plan, pad)
            return
        case Unit():
            yield f"{pad}one solution"
        case Empty(variables=variables):
            yield f"{pad}nothing: no rule can give {_names(variables)}"
        case Inline(variables=variables, rows=rows, templates=templates):
            yield f"{pad}values {_names(variables)}: {len(rows)} row(s)"
            yield from (f"{pad}  ?{name} by {print_term(term)}" for name, term in templates)
        case UnionAll(branches=branches, distinct=distinct):
            kind = "each solution once: rules overlap" if distinct else "disjoint or a bag"
            yield f"{pad}union of {len(branches)} ({kind})"
        case Join(children=parts):
            yield f"{pad}join of {len(parts)}"
        case LeftJoin(condition=condition):
            yield f"{pad}left join{_on(condition)}"
        case AntiJoin():
            yield f"{pad}minus"
        case Filter(condition=condition):
            yield f"{pad}filter {print_expression(condition)}"
        case Extend(variable=variable, expression=expression):
            yield f"{pad}bind ?{variable} = {print_expression(expression)}"
        case Group(keys=keys, aggregates=aggregates):
            made = ", ".join(f"?{name} = {_aggregate(value)}" for name, value in aggregates)
            yield f"{pad}group by {_names(keys) or 'nothing'}: {made}"
        case Modify():
            yield f"{pad}{_modify(plan)}"
        case First(variables=variables, offset=offset, limit=limit):
            skipped = f", offset {offset}" if offset else ""
            yield f"{pad}the first {limit}{skipped}, as they come: {_names(variables)}"
        case Closure(text=text):
            yield f"{pad}path {text} (recursive)"
    yield from _below(plan, depth)


def _below(plan: Plan, depth: int) -> Iterator[str]:
    pad = "  " * (depth + 1)
    match plan:
        case UnionAll(branches=parts) | Join(children=parts):
            for part in parts:
                yield from print_plan(part, depth + 1)
        case LeftJoin(left=left, right=right) | AntiJoin(left=left, right=right):
            yield from print_plan(left, depth + 1)
            yield from print_plan(right, depth + 1)
        case Closure(step=step, nodes=nodes):
            yield from print_plan(step, depth + 1)
            if nodes is not None:
                yield f"{pad}and every node with itself"
        case (
            Filter(child=child)
            | Extend(child=child)
            | Group(child=child)
            | Modify(child=child)
            | First(child=child)
        ):
            yield from print_plan(child, depth + 1)
        case _:
            return
    if isinstance(plan, Filter | Extend | LeftJoin):
        for _, found in plan.exists:
            yield from _exists(found, depth + 1)


def _exists(found: ExistsPlan, depth: int) -> Iterator[str]:
    conditions = "".join(f" with {print_expression(one)}" for one in found.conditions)
    yield f"{'  ' * depth}exists{conditions}"
    yield from print_plan(found.plan, depth + 1)
    for _, nested in found.exists:
        yield from _exists(nested, depth + 1)


def _scan(scan: Scan, pad: str) -> Iterator[str]:
    once = ", each solution once" if scan.distinct else ""
    rows = f"{scan.table.relation.rows:,} rows"
    yield f"{pad}scan {scan.table.name} ({rows}){once}"
    for name, term in scan.outputs:
        yield f"{pad}  ?{name} = {print_term(term)}"
    for group in scan.optional:
        for name, term in group.outputs:
            yield f"{pad}  ?{name} = {print_term(term)}, if there is one"
    shown = {column for _, term in scan.outputs for column in columns_of(term)}
    for column in scan.required:
        if column not in shown:
            yield f"{pad}  where {{{column}}} is there"
    for condition in scan.conditions:
        yield f"{pad}  where {_condition(condition)}"
    for left, right in scan.equal:
        yield f"{pad}  where {print_term(left)} = {print_term(right)}"
    for excluded in scan.excluded:
        met = [f"{{{column}}} is there" for column in excluded.required]
        met += [_condition(condition) for condition in excluded.conditions]
        met += [f"{print_term(left)} = {print_term(right)}" for left, right in excluded.equal]
        yield f"{pad}  where not: {' and '.join(met) or 'anything'}"


def print_term(term: TermMap) -> str:
    """A term map in short: columns in braces."""
    match term:
        case ConstantTerm(term=constant):
            return str(constant)
        case TemplateTerm(parts=parts):
            inner = "".join(
                f"{{{part.column}}}" if isinstance(part, Slot) else part for part in parts
            )
            return f"<{inner}>"
        case ColumnTerm(column=column, datatype=datatype, language=language):
            return f"{{{column}}}@{language}" if language else f"{{{column}}}^^<{datatype}>"
        case GeneralTerm(column=column):
            return f"{{{column}}}"


def _condition(condition: Condition) -> str:
    match condition:
        case ColumnIs(column=column, text=text):
            return f"{{{column}}} = {text!r}"
        case TextIs(parts=parts, text=text):
            return f"{print_term(TemplateTerm(parts))} = {text!r}"
        case ValueIs(column=column, literal=literal):
            return f"{{{column}}} = {literal}"
        case TermIs(column=column, term=term):
            return f"{{{column}}} = {term}"
        case TermIsNot(term=term):
            return f"{print_term(term)} is not masked"


def _modify(plan: Modify) -> str:
    parts = [f"select {_names(plan.variables)}"]
    if plan.distinct:
        parts.append("distinct")
    if plan.order:
        keys = (
            f"{'descending ' if key.descending else ''}{print_expression(key.expression)}"
            for key in plan.order
        )
        parts.append(f"order by {', '.join(keys)}")
    if plan.offset:
        parts.append(f"offset {plan.offset}")
    if plan.limit is not None:
        parts.append(f"limit {plan.limit}")
    return ", ".join(parts)


def print_expression(expression: Expression) -> str:
    """An expression in short."""
    match expression:
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(print_expression(one) for one in arguments)})"
        case Exists():
            return "exists {...}"
        case _:
            return str(expression)


def _aggregate(value: object) -> str:
    assert isinstance(value, Aggregate)
    inner = "*" if value.argument is None else print_expression(value.argument)
    return f"{value.function}({'distinct ' if value.distinct else ''}{inner})"


def _on(condition: Expression | None) -> str:
    return "" if condition is None else f" on {print_expression(condition)}"


def _names(names: tuple[str, ...]) -> str:
    return " ".join(f"?{name}" for name in names)
