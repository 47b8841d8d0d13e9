"""From a question to its answer: the one way in for every face of the city.

question -> ready to run (kept from the last time, or prepared) -> rows -> answer + receipt
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal as OneOf
from typing import TypeVar

import pyarrow as pa

from federation import algebra
from federation.algebra import Query
from federation.audit import AuditEntry, Outcome, append_audit
from federation.describing import describe
from federation.epoch import Epoch
from federation.opened import Federation
from federation.planning.patterns import unfold_subject
from federation.planning.plan import graphs_used, variables_of
from federation.planning.size import check_sql_size, planning_too_deep, planning_too_long
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
from mappers.errors import BygrafError, DeniedError, QueryTooLargeError
from mappers.limits import Limits
from mappers.rdf import BlankNode, Iri, Triple
from mappers.worker import Allowance, SqlJob

T = TypeVar("T")


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


@dataclass(frozen=True, slots=True)
class _Work:
    """Where a question is worked on, and what it may take."""

    federation: Federation
    allowed: Allowance

    @property
    def limits(self) -> Limits:
        return self.federation.limits

    def rows(self, sql: str, files: tuple[str, ...] = ()) -> pa.Table:
        """The result of a statement."""
        check_sql_size(sql, self.limits)
        return self.federation.workers.run_sql(SqlJob(sql, self.limits, files), self.allowed)

    def planned(self, plan: Callable[[], T]) -> T:
        """The result of planning, which has less time than the whole question."""
        limits = self.limits
        try:
            return self.allowed.compute(
                plan, limits.planning_seconds, lambda: planning_too_long(limits)
            )
        except RecursionError:
            raise planning_too_deep() from None


def answer(request: Request, federation: Federation, allowance: Allowance | None = None) -> Answer:
    """Answer a question over the caller's view, and write a line of the audit log.

    It has the time of the federation's limits, or that of an allowance, which can be cancelled.
    Raises QueryError and its kinds, DeniedError, SourceFailedError. A refusal and a failure are
    written to the log too.
    """
    work = _Work(federation, allowance or Allowance(federation.limits.seconds))
    now = datetime.now(UTC)
    fingerprint = ""
    try:
        with federation.epoch() as epoch:
            known = epoch.plan(request, now)
            if known is not None:
                fingerprint = known.receipt.query_fingerprint
                found = _run_ready(known, work)
            else:
                query = parse_query(request.text, limits=federation.limits)
                query = bind_parameters(query, dict(request.parameters))
                fingerprint = normalised_fingerprint(query)
                found = _answer_anew(request, query, fingerprint, now, epoch, work)
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
    work: _Work,
) -> _Found:
    """Plan a question and run it; the plan is kept if SQL alone answers."""
    catalogue, view = epoch.catalogue, epoch.view(request, now)

    def plan() -> tuple[Prepared, Ready | None, Receipt]:
        prepared = prepare(request, query, catalogue, view, now, work.limits)
        found = ready(prepared, fingerprint, catalogue)
        # refused before it is run, if no licence can be put on the answer
        return prepared, found, unsigned_receipt(prepared, fingerprint, catalogue)

    prepared, found, receipt = work.planned(plan)
    if found is not None:
        epoch.keep(request, now, found)
        return _run_ready(found, work)
    notes: tuple[str, ...] = ()
    if isinstance(prepared.plan, ResidualPlan):
        notes = (f"Answered on the residual path: {prepared.plan.reason}.",)
    if isinstance(query.form, algebra.Describe):
        solutions = _solutions(prepared, work)
        result, also_used = _describe(query.form, solutions, prepared, work)
        receipt = unsigned_receipt(prepared, fingerprint, catalogue, also_used)
        return _Found(query.form, result, receipt, notes)
    return _Found(query.form, _run_residual(prepared, work), receipt, notes)


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


def _run_ready(plan: Ready, work: _Work) -> _Found:
    table = work.rows(plan.sql, plan.files)
    match plan.form:
        case algebra.Ask():
            result = Result(boolean=bool(table.num_rows))
        case algebra.Construct(template=template):
            solutions = from_arrow(table, plan.variables, plan.terms)
            _check_triples(len(template) * len(solutions), work.limits)
            result = Result(triples=work.allowed.compute(lambda: instantiate(template, solutions)))
        case _:
            result = Result(solutions=from_arrow(table, plan.variables, plan.terms))
    return _Found(plan.form, result, plan.receipt)


def _check_triples(most: int, limits: Limits) -> None:
    """Triples are made in this process, so there must not be too many."""
    if most > limits.triples:
        raise QueryTooLargeError(
            f"The graph would have up to {most:,} triples; the limit is {limits.triples:,}.",
            way_out="Ask for less: add a FILTER or a LIMIT.",
        )


def _solutions(prepared: Prepared, work: _Work) -> Solutions:
    """The solutions of a pattern, whichever path it takes."""
    if isinstance(prepared.plan, ResidualPlan):
        found = _run_residual(prepared, work).solutions
        assert found is not None
        return found
    assert prepared.rel is not None
    variables = selected(prepared.query) or variables_of(prepared.plan)
    return from_arrow(work.rows(sql_text(prepared.rel.query)), variables, prepared.rel.terms)


def _run_residual(prepared: Prepared, work: _Work) -> Result:
    plan = prepared.plan
    assert isinstance(plan, ResidualPlan)
    job = work.planned(lambda: residual_job(plan, prepared.writer, work.limits))
    check_sql_size("".join(one.sql for one in job.sources), work.limits)
    kind, value = work.federation.workers.run_oxigraph(job, work.allowed)
    if kind == "boolean":
        return Result(boolean=bool(value))
    if kind == "triples":
        _check_triples(value.count(b"\n"), work.limits)
        return Result(triples=work.allowed.compute(lambda: parse_n_triples(value)))
    variables = selected(prepared.query)
    return Result(solutions=work.allowed.compute(lambda: from_sparql_json(value, variables)))


def _describe(
    form: algebra.Describe,
    found: Solutions,
    prepared: Prepared,
    work: _Work,
) -> tuple[Result, tuple[str, ...]]:
    fetched = 0

    def ask(subject: Iri | BlankNode) -> tuple[Solutions, tuple[str, ...]]:
        plan = unfold_subject(subject, prepared.dataset.default)
        rel = prepared.writer.write(plan)
        table = work.rows(sql_text(rel.query))
        nonlocal fetched
        fetched += table.num_rows
        _check_triples(fetched, work.limits)
        return from_arrow(table, ("p", "o"), rel.terms), graphs_used(plan)

    triples, graphs = describe(form, found, ask)
    return Result(triples=triples), graphs
