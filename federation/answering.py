"""From a question to its answer: the one way in for every face of the city.

question -> ready to run (kept from the last time, or prepared) -> rows -> answer + receipt
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal as OneOf

from federation import algebra
from federation.algebra import Query
from federation.audit import AuditEntry, Outcome, append_audit
from federation.describing import describe
from federation.epoch import Epoch
from federation.opened import Federation
from federation.planning.patterns import unfold_subject
from federation.planning.plan import graphs_used, variables_of
from federation.preparing import (
    Prepared,
    Ready,
    Request,
    prepare,
    ready,
    selected,
    unsigned_receipt,
)
from federation.receipt import Receipt
from federation.residual import ResidualPlan, residual_job
from federation.solutions import Solutions, from_arrow, from_sparql_json
from federation.sql import sql_text
from federation.syntax import bind_parameters, normalised_fingerprint, parse_query
from federation.templates import instantiate, parse_n_triples
from mappers.errors import BygrafError, DeniedError
from mappers.rdf import BlankNode, Iri, Triple
from mappers.worker import Limits, SqlJob


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
class Result:
    """What an answer holds, before its receipt is signed."""

    solutions: Solutions | None = None
    boolean: bool | None = None
    triples: tuple[Triple, ...] | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """A result, the receipt without id and time, and notes for whoever asked."""

    form: algebra.Form
    result: Result
    receipt: Receipt
    notes: tuple[str, ...] = ()


def answer(request: Request, federation: Federation) -> Answer:
    """Answer a question over the caller's view, and write a line of the audit log.

    Raises QueryError and its kinds, DeniedError, SourceFailedError. A refusal and a failure are
    written to the log too.
    """
    now = datetime.now(UTC)
    fingerprint = ""
    try:
        with federation.epoch() as epoch:
            known = epoch.plan(request, now)
            if known is not None:
                fingerprint = known.receipt.query_fingerprint
                found = _run_ready(known, federation, _limits(request, federation))
            else:
                query = bind_parameters(parse_query(request.text), dict(request.parameters))
                fingerprint = normalised_fingerprint(query)
                found = _answer_anew(request, query, fingerprint, now, epoch, federation)
    except BygrafError as error:
        outcome = Outcome.DENIED if isinstance(error, DeniedError) else Outcome.FAILED
        _log(request, fingerprint, now, federation, outcome, problem=error.problem)
        raise
    return _signed(found, request, now, federation)


def _answer_anew(
    request: Request,
    query: Query,
    fingerprint: str,
    now: datetime,
    epoch: Epoch,
    federation: Federation,
) -> _Found:
    """Plan a question and run it; the plan is kept if SQL alone answers."""
    limits = _limits(request, federation)
    prepared = prepare(request, query, epoch.catalogue, epoch.view(request, now), now)
    plan = ready(prepared, fingerprint, epoch.catalogue)
    if plan is not None:
        epoch.keep(request, now, plan)
        return _run_ready(plan, federation, limits)
    # refused before it is run, if no licence can be put on the answer
    receipt = unsigned_receipt(prepared, fingerprint, epoch.catalogue)
    notes: tuple[str, ...] = ()
    if isinstance(prepared.plan, ResidualPlan):
        notes = (f"Answered on the residual path: {prepared.plan.reason}.",)
    if isinstance(query.form, algebra.Describe):
        solutions = _solutions(prepared, federation, limits)
        result, also_used = _describe(query.form, solutions, prepared, federation, limits)
        receipt = unsigned_receipt(prepared, fingerprint, epoch.catalogue, also_used)
        return _Found(query.form, result, receipt, notes)
    return _Found(query.form, _run_residual(prepared, federation, limits), receipt, notes)


def _signed(found: _Found, request: Request, now: datetime, federation: Federation) -> Answer:
    """The answer with its receipt, which the audit log now holds."""
    receipt = replace(found.receipt, id=f"urn:uuid:{uuid.uuid4()}", time=now)
    _log(request, receipt.query_fingerprint, now, federation, Outcome.ANSWERED, receipt=receipt)
    solutions = found.result.solutions
    return Answer(
        form=_form_name(found.form),
        variables=solutions.variables if solutions is not None else (),
        solutions=solutions,
        boolean=found.result.boolean,
        triples=found.result.triples,
        receipt=receipt,
        notes=found.notes,
    )


def _log(
    request: Request,
    fingerprint: str,
    now: datetime,
    federation: Federation,
    outcome: Outcome,
    *,
    receipt: Receipt | None = None,
    problem: str | None = None,
) -> None:
    entry = AuditEntry(
        now,
        request.caller.name,
        request.purpose,
        fingerprint,
        () if receipt is None else tuple(graph.iri for graph in receipt.graphs),
        outcome,
        None if receipt is None else receipt.id,
        problem,
    )
    append_audit(federation.home, federation.city, entry)


def _limits(request: Request, federation: Federation) -> Limits:
    return Limits(seconds=request.timeout_seconds, rows=federation.most_rows)


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


def _run_ready(plan: Ready, federation: Federation, limits: Limits) -> _Found:
    table = federation.workers.run_sql(SqlJob(plan.sql, limits))
    match plan.form:
        case algebra.Ask():
            result = Result(boolean=bool(table.num_rows))
        case algebra.Construct(template=template):
            solutions = from_arrow(table, plan.variables, plan.terms)
            result = Result(triples=instantiate(template, solutions))
        case _:
            result = Result(solutions=from_arrow(table, plan.variables, plan.terms))
    return _Found(plan.form, result, plan.receipt)


def _solutions(prepared: Prepared, federation: Federation, limits: Limits) -> Solutions:
    """The solutions of a pattern, whichever path it takes."""
    if isinstance(prepared.plan, ResidualPlan):
        job = residual_job(prepared.plan, prepared.writer, limits)
        _, value = federation.workers.run_oxigraph(job)
        return from_sparql_json(value, selected(prepared.query))
    assert prepared.rel is not None
    variables = selected(prepared.query) or variables_of(prepared.plan)
    table = federation.workers.run_sql(SqlJob(sql_text(prepared.rel.query), limits))
    return from_arrow(table, variables, prepared.rel.terms)


def _run_residual(prepared: Prepared, federation: Federation, limits: Limits) -> Result:
    assert isinstance(prepared.plan, ResidualPlan)
    job = residual_job(prepared.plan, prepared.writer, limits)
    kind, value = federation.workers.run_oxigraph(job)
    if kind == "boolean":
        return Result(boolean=bool(value))
    if kind == "triples":
        return Result(triples=parse_n_triples(value))
    return Result(solutions=from_sparql_json(value, selected(prepared.query)))


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
