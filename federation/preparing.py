"""From a question to a plan that is ready to run: everything before the first row is read.

text -> algebra -> view(caller) -> plan -> SQL (or the residual path)

What is ready depends on the question, the caller's view and the versions of the graphs only, so it
can be kept and run again; `federation.epoch` keeps it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlglot import exp

from federation import algebra
from federation.algebra import Query
from federation.authorise import visible_graph_refusal
from federation.catalogue import Catalogue
from federation.dataset import dataset_of
from federation.mentions import mentioned_predicates, mentioned_services, mentions_now
from federation.planning.plan import Plan, graphs_used, scans, variables_of
from federation.planning.size import check_plan_size
from federation.planning.translate import Dataset, Planner
from federation.receipt import Receipt, build_receipt
from federation.relational.encoding import SqlTerm
from federation.residual import ResidualPlan, plan_residual
from federation.sql import Rel, SqlWriter, sql_text
from federation.sql.relation import from_, source
from federation.unsupported import Unsupported
from federation.view import Caller, View
from mappers.errors import QueryUnsupportedError
from mappers.limits import Limits
from mappers.rdf import Iri, Literal


@dataclass(frozen=True, slots=True)
class Request:
    """A question: its text, who asks, and for what purpose.

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


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question planned over a view: as SQL (`rel`), or on the residual path."""

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
class Ready:
    """A question that can be run at once, any number of times.

    `sql` and `terms` are the statement and how its columns stand for `variables`; `files` are those
    it reads. `receipt` is that of an answer, but for its id and time. `kept` tells whether all this
    is the same at any time.
    """

    form: algebra.Form
    sql: str
    variables: tuple[str, ...]
    terms: Mapping[str, SqlTerm]
    receipt: Receipt
    files: tuple[str, ...]
    kept: bool


def prepare(
    request: Request,
    query: Query,
    catalogue: Catalogue,
    view: View,
    now: datetime,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Prepared:
    """Plan a question over its caller's view.

    Raises DeniedError for a graph that is named, listed and not allowed, QueryUnsupportedError for
    SERVICE, QueryTooComplexError for a plan that is too large.
    """
    for iri in _graphs_named(request, query):
        refusal = visible_graph_refusal(catalogue, view, iri)
        if refusal is not None:
            raise refusal
    dataset = dataset_of(view, query.dataset, request.default_graphs, request.named_graphs)
    return plan_query(query, view, dataset, now, limits)


def plan_query(
    query: Query,
    view: View,
    dataset: Dataset,
    now: datetime,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Prepared:
    """Plan a query over a data set: as SQL if that can express it, else on the residual path.

    Raises QueryUnsupportedError for SERVICE, wherever it stands, and QueryTooComplexError.
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
        check_plan_size(plan, limits)
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


def ready(prepared: Prepared, fingerprint: str, catalogue: Catalogue) -> Ready | None:
    """What is left of a plan once it is written: None where SQL alone does not answer.

    Raises DeniedError if no licence can be put on the answer.
    """
    query, rel = prepared.query, prepared.rel
    if rel is None or isinstance(prepared.plan, ResidualPlan):
        return None
    if isinstance(query.form, algebra.Describe):
        return None
    if isinstance(query.form, algebra.Ask):
        sql = sql_text(_any_row(rel, prepared.writer))
    else:
        sql = sql_text(rel.query)
    return Ready(
        form=query.form,
        sql=sql,
        variables=selected(query) or variables_of(prepared.plan),
        terms=rel.terms,
        receipt=unsigned_receipt(prepared, fingerprint, catalogue),
        files=tuple(sorted({scan.table.path for scan in scans(prepared.plan)})),
        kept=not mentions_now(query),
    )


def _any_row(rel: Rel, writer: SqlWriter) -> exp.Select:
    """Whether there is a solution, as a query with a row if so."""
    one = exp.Select(expressions=[exp.Alias(this=exp.Literal.number(1), alias="one")])
    from_(one, [source(rel, writer.aliases.new())])
    one.set("limit", exp.Limit(expression=exp.Literal.number(1)))
    return one


def selected(query: Query) -> tuple[str, ...]:
    """The names of the variables of a SELECT; none for the other forms."""
    form = query.form
    if not isinstance(form, algebra.Select):
        return ()
    return tuple(variable.name for variable in form.variables)


def unsigned_receipt(
    prepared: Prepared, fingerprint: str, catalogue: Catalogue, also_used: Sequence[str] = ()
) -> Receipt:
    """The receipt of an answer, before it has an id and a time.

    `also_used` are graphs besides those of the plan. Raises what `build_receipt` raises.
    """
    return build_receipt(
        prepared.view,
        tuple(sorted({*prepared.graphs_used(), *also_used})),
        fingerprint,
        datetime.fromtimestamp(0, UTC),
        catalogue=catalogue,
        receipt_id="urn:uuid:00000000-0000-0000-0000-000000000000",
        considered=_concerned(prepared.query, prepared.dataset),
    )


def _concerned(query: Query, dataset: Dataset) -> list[str]:
    """The graphs of the data set of which the query asks something that a rule withholds."""
    asked = mentioned_predicates(query)
    return [
        graph.iri
        for graph in (*dataset.default, *dataset.named)
        if asked is None or not asked.isdisjoint(graph.masked_predicates)
    ]
