"""A question over HTTP: its format, its turn, its answer, its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request as HttpRequest
from starlette.responses import Response, StreamingResponse

from federation.answering import Answer
from federation.epoch import Recent
from federation.preparing import Request
from federation.results import FORMATS, Format, form_of
from federation.results.result import Form
from federation.syntax import parse_query
from federation.view import Caller
from mappers.limits import Limits
from mappers.rdf import Iri, Literal
from mappers.worker import Allowance
from sparql_api.body import Body
from sparql_api.city import CityService
from sparql_api.negotiation import Choice, choose, choose_with_name
from sparql_api.operation import Operation
from sparql_api.pages import answer_page
from sparql_api.receipts import ReceiptBook
from sparql_api.turns import Turns

Parameters = tuple[tuple[str, Iri | Literal], ...]

UNCACHED: Final = {"Cache-Control": "no-store", "Vary": "Accept, Authorization, Bygraf-Purpose"}
_STREAMED: Final = 1_000_000
"""Bytes of a body above which it is sent in pieces."""
_MANY_ROWS: Final = 10_000
"""Rows above which writing takes so long that it must be possible to end it."""
_FORMS_KEPT: Final = 1_024


def _write_nothing(*_: object) -> None:
    raise AssertionError("a page is written by sparql_api.pages")


HTML: Final = Format(
    "html",
    "text/html",
    frozenset({"select", "ask", "construct", "describe"}),
    _write_nothing,
)
OFFERED: Final = (*(one for one in FORMATS if one.name != "table"), HTML)
"""The formats over HTTP: those of answers, and a page for a browser."""


class Desk:
    """What questions over HTTP share: the city, its limits, the turns, the receipts given out."""

    def __init__(self, city: CityService, limits: Limits) -> None:
        self.city = city
        self.limits = limits
        self.turns = Turns(limits.concurrent_queries, limits.waiting_queries)
        self.receipts = ReceiptBook(limits.receipts_kept)
        self._forms: Recent[Form] = Recent(_FORMS_KEPT)

    def allowance(self) -> Allowance:
        """The time of a question that is taken up now."""
        return Allowance(self.limits.seconds)

    def form(self, text: str) -> Form:
        """The form of a query; raises what `parse_query` raises."""
        form = self._forms.get(text)
        if form is None:
            form = form_of(parse_query(text, limits=self.limits))
            self._forms.put(text, form)
        return form


@dataclass(frozen=True, slots=True)
class _Written:
    answer: Answer
    choice: Choice
    body: Body


async def ask(
    desk: Desk, request: HttpRequest, caller: Caller, operation: Operation, parameters: Parameters
) -> Response:
    """The answer of a question as a response; a failure while it is written is still a problem.

    Raises RequestError, and what `federation.answering.answer` raises.
    """
    text = operation.query or ""
    request.state.query = text
    accept = request.headers.get("accept")
    asked = Request(
        text=text,
        caller=caller,
        purpose=operation.purpose,
        parameters=parameters,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        partial=operation.partial,
    )
    allowance = desk.allowance()
    written = await desk.turns.run(
        lambda: _written(desk, asked, accept, operation.format, allowance), request, allowance
    )
    receipt = written.answer.receipt
    key = receipt.id.rpartition(":")[2]
    desk.receipts.keep(key, caller.name, receipt)
    headers = {
        **UNCACHED,
        "Bygraf-Receipt": receipt.id,
        "Link": f'</receipts/{key}>; rel="describedby"; type="application/ld+json"',
    }
    kind = written.choice.content_type
    if written.body.size > _STREAMED:
        return StreamingResponse(written.body.chunks(), 200, headers, kind)
    return Response(written.body.whole(), 200, headers, kind)


def _written(
    desk: Desk, asked: Request, accept: str | None, name: str | None, allowance: Allowance
) -> _Written:
    """The answer written in the format that is chosen before the query runs."""
    choice = _choice(accept, desk.form(asked.text), name)
    answer = desk.city.answer(asked, allowance)
    body = Body(desk.limits.bytes)

    def write() -> None:
        if choice.format is HTML:
            body.write(answer_page(desk.city.title, answer, asked.text).encode())
        else:
            choice.format.write(answer, body)

    if max(len(answer.solutions or ()), len(answer.triples or ())) > _MANY_ROWS:
        allowance.compute(write)
    else:
        write()
    return _Written(answer, choice, body)


def _choice(accept: str | None, form: Form, name: str | None) -> Choice:
    if name is not None:
        return choose_with_name(name, accept, form, OFFERED)
    return choose(accept, form, OFFERED)
