"""From a question to its answer: the one way in for every face of the city.

text -> algebra -> view(caller) -> plan -> SQL (or the residual path) -> rows -> answer + receipt
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal as OneOf

from sqlglot import exp

from federation import algebra
from federation.algebra import Query
from federation.audit import AuditEntry, Outcome, append_audit
from federation.authorise import authorise, visible_graph_refusal
from federation.catalogue import Catalogue
from federation.dataset import dataset_of
from federation.describing import describe
from federation.mentions import mentioned_predicates, mentioned_services
from federation.opened import Federation
from federation.planning.patterns import unfold_subject
from federation.planning.plan import Plan, graphs_used, variables_of
from federation.planning.translate import Dataset, Planner
from federation.receipt import Receipt, build_receipt, licence_of_answer
from federation.residual import ResidualPlan, plan_residual, residual_job
from federation.solutions import Solutions, from_arrow, from_sparql_json
from federation.sql import Rel, SqlWriter, sql_text
from federation.sql.relation import from_, source
from federation.syntax import bind_parameters, normalised_fingerprint, parse_query
from federation.templates import instantiate, parse_n_triples
from federation.unsupported import Unsupported
from federation.view import Caller, View
from mappers.errors import BygrafError, DeniedError, QueryUnsupportedError
from mappers.rdf import BlankNode, Iri, Literal, Triple
from mappers.worker import Limits, SqlJob


@dataclass(frozen=True, slots=True)
class Request:
    """A question: its text, who asks, for what purpose, and within which limits.

    `parameters` are terms put in the place of variables; `default_graphs` and `named_graphs` are
    those of the SPARQL protocol; `partial` allows an answer without the sources that fail.
    """

    text: str
    caller: Caller
    purpose: str | None = None
    parameters: tuple[tuple[str, Iri | Literal], ...] = ()
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    partial: bool = False
    timeout_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its receipt; which of the three results it has goes by its form."""

    form: OneOf["select", "ask", "construct", "describe"]
    variables: tuple[str, ...]
    solutions: Solutions | None
    boolean: bool | None
    triples: tuple[Triple, ...] | None
    receipt: Receipt
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question planned but not run: over SQL, or on the residual path."""

    query: Query
    view: View
    dataset: Dataset
    plan: Plan | ResidualPlan
    rel: Rel | None
    writer: SqlWriter

    def graphs_used(self) -> tuple[str, ...]:
        """The IRIs of the graphs that the plan reads."""
        if isinstance(self.plan, ResidualPlan):
            return self.plan.graphs_used()
        return graphs_used(self.plan)


@dataclass(frozen=True, slots=True)
class Result:
    """What an answer holds, before its receipt is written."""

    solutions: Solutions | None = None
    boolean: bool | None = None
    triples: tuple[Triple, ...] | None = None


def answer(request: Request, federation: Federation) -> Answer:
    """Answer a question over the caller's view, and write a line of the audit log.

    Raises QueryError and its kinds, DeniedError, SourceFailedError. A refusal and a failure are
    written to the log too.
    """
    now = datetime.now(UTC)
    fingerprint = ""
    try:
        query = bind_parameters(parse_query(request.text), dict(request.parameters))
        fingerprint = normalised_fingerprint(query)
        with federation.pinned() as catalogue:
            return _answer(request, query, fingerprint, now, catalogue, federation)
    except BygrafError as error:
        outcome = Outcome.DENIED if isinstance(error, DeniedError) else Outcome.FAILED
        entry = AuditEntry(
            now,
            request.caller.name,
            request.purpose,
            fingerprint,
            (),
            outcome,
            problem=error.problem,
        )
        append_audit(federation.home, federation.city, entry)
        raise


def _answer(
    request: Request,
    query: Query,
    fingerprint: str,
    now: datetime,
    catalogue: Catalogue,
    federation: Federation,
) -> Answer:
    prepared = prepare(request, query, catalogue, now)
    used = prepared.graphs_used()
    licence_of_answer(catalogue, prepared.view, used)
    limits = Limits(seconds=request.timeout_seconds, rows=federation.most_rows)
    result, also_used = _run(prepared, federation, limits)
    used = tuple(sorted({*used, *also_used}))
    receipt = build_receipt(
        prepared.view,
        used,
        fingerprint,
        now,
        catalogue=catalogue,
        receipt_id=f"urn:uuid:{uuid.uuid4()}",
        considered=_concerned(query, prepared.dataset),
    )
    entry = AuditEntry(
        now, request.caller.name, request.purpose, fingerprint, used, Outcome.ANSWERED, receipt.id
    )
    append_audit(federation.home, federation.city, entry)
    notes: tuple[str, ...] = ()
    if isinstance(prepared.plan, ResidualPlan):
        notes = (f"Answered on the residual path: {prepared.plan.reason}.",)
    form = query.form
    return Answer(
        form=_form_name(form),
        variables=result.solutions.variables if result.solutions is not None else (),
        solutions=result.solutions,
        boolean=result.boolean,
        triples=result.triples,
        receipt=receipt,
        notes=notes,
    )


def _concerned(query: Query, dataset: Dataset) -> list[str]:
    """The graphs of the data set of which the query asks something that a rule withholds."""
    asked = mentioned_predicates(query)
    return [
        graph.iri
        for graph in (*dataset.default, *dataset.named)
        if asked is None or not asked.isdisjoint(graph.masked_predicates)
    ]


def _form_name(form: algebra.Form) -> OneOf["select", "ask", "construct", "describe"]:
    match form:
        case algebra.Select():
            return "select"
        case algebra.Ask():
            return "ask"
        case algebra.Construct():
            return "construct"
        case algebra.Describe():
            return "describe"


def prepare(request: Request, query: Query, catalogue: Catalogue, now: datetime) -> Prepared:
    """Plan a question over the caller's view.

    Raises DeniedError for a graph that is named, listed and not allowed, QueryUnsupportedError for
    SERVICE.
    """
    view = authorise(catalogue, request.caller, request.purpose, now)
    for iri in _graphs_named(request, query):
        refusal = visible_graph_refusal(catalogue, view, iri)
        if refusal is not None:
            raise refusal
    dataset = dataset_of(view, query.dataset, request.default_graphs, request.named_graphs)
    return plan_query(query, view, dataset, now)


def plan_query(query: Query, view: View, dataset: Dataset, now: datetime) -> Prepared:
    """Plan a query over a data set: as SQL if that can express it, else on the residual path.

    Raises QueryUnsupportedError for SERVICE, wherever it stands.
    """
    # before any planning: the residual path's engine would follow it
    if services := mentioned_services(query):
        raise QueryUnsupportedError(
            f"SERVICE {services[0]} cannot be asked: this city has no remote members yet.",
            way_out="Ask without SERVICE: the city's silos are searched anyway.",
        )
    writer = SqlWriter(now, query.base)
    try:
        plan = Planner(dataset, dataset.default).plan(query.form.pattern)
        return Prepared(query, view, dataset, plan, writer.write(plan), writer)
    except Unsupported as found:
        residual = plan_residual(query, dataset, found.reason)
        return Prepared(query, view, dataset, residual, None, writer)


def _graphs_named(request: Request, query: Query) -> Sequence[str]:
    named = [iri.value for iri in (*query.dataset.default, *query.dataset.named)]
    named += [*request.default_graphs, *request.named_graphs]
    return [*named, *_graph_constants(query.form.pattern)]


def _graph_constants(pattern: algebra.Pattern) -> list[str]:
    """The IRIs of GRAPH in a pattern, outside of EXISTS."""
    match pattern:
        case algebra.Graph(name=Iri(value=iri), pattern=inner):
            return [iri, *_graph_constants(inner)]
        case algebra.Bgp() | algebra.Values():
            return []
        case (
            algebra.Join(left=left, right=right)
            | algebra.Union(left=left, right=right)
            | algebra.Minus(left=left, right=right)
            | algebra.LeftJoin(left=left, right=right)
        ):
            return [*_graph_constants(left), *_graph_constants(right)]
        case _:
            return _graph_constants(pattern.pattern)


def _run(
    prepared: Prepared, federation: Federation, limits: Limits
) -> tuple[Result, tuple[str, ...]]:
    """The result, and the graphs used beyond those of the plan (by DESCRIBE)."""
    form = prepared.query.form
    if isinstance(form, algebra.Describe):
        found = _solutions(prepared, federation, limits)
        return _describe(form, found, prepared, federation, limits)
    if isinstance(prepared.plan, ResidualPlan):
        return _run_residual(prepared, federation, limits), ()
    if isinstance(form, algebra.Ask):
        return Result(boolean=_ask(prepared, federation, limits)), ()
    solutions = _solutions(prepared, federation, limits)
    if isinstance(form, algebra.Construct):
        return Result(triples=instantiate(form.template, solutions)), ()
    return Result(solutions=solutions), ()


def _solutions(prepared: Prepared, federation: Federation, limits: Limits) -> Solutions:
    form = prepared.query.form
    variables = (
        tuple(variable.name for variable in form.variables)
        if isinstance(form, algebra.Select)
        else ()
    )
    if isinstance(prepared.plan, ResidualPlan):
        job = residual_job(prepared.plan, prepared.writer, limits)
        _, value = federation.workers.run_oxigraph(job)
        return from_sparql_json(value, variables)
    assert prepared.rel is not None
    if not variables:
        variables = variables_of(prepared.plan)
    table = federation.workers.run_sql(SqlJob(sql_text(prepared.rel.query), limits))
    return from_arrow(table, variables, prepared.rel.terms)


def _ask(prepared: Prepared, federation: Federation, limits: Limits) -> bool:
    assert prepared.rel is not None
    query = exp.Select(expressions=[exp.alias_(exp.Literal.number(1), "one")])
    from_(query, [source(prepared.rel, prepared.writer.aliases.new())])
    query.set("limit", exp.Limit(expression=exp.Literal.number(1)))
    return bool(federation.workers.run_sql(SqlJob(sql_text(query), limits)).num_rows)


def _run_residual(prepared: Prepared, federation: Federation, limits: Limits) -> Result:
    assert isinstance(prepared.plan, ResidualPlan)
    job = residual_job(prepared.plan, prepared.writer, limits)
    kind, value = federation.workers.run_oxigraph(job)
    form = prepared.query.form
    if kind == "boolean":
        return Result(boolean=bool(value))
    if kind == "triples":
        return Result(triples=parse_n_triples(value))
    assert isinstance(form, algebra.Select)
    return Result(
        solutions=from_sparql_json(value, tuple(variable.name for variable in form.variables))
    )


def _describe(
    form: algebra.Describe,
    found: Solutions,
    prepared: Prepared,
    federation: Federation,
    limits: Limits,
) -> tuple[Result, tuple[str, ...]]:
    def ask(subject: Iri | BlankNode) -> tuple[Solutions, tuple[str, ...]]:
        plan = unfold_subject(subject, prepared.dataset.default)
        rel = prepared.writer.write(plan)
        table = federation.workers.run_sql(SqlJob(sql_text(rel.query), limits))
        return from_arrow(table, ("p", "o"), rel.terms), graphs_used(plan)

    triples, graphs = describe(form, found, ask)
    return Result(triples=triples), graphs
