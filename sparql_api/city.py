"""What the HTTP face needs of a city."""

from __future__ import annotations

from typing import Protocol

from federation.answering import Answer
from federation.library import LibraryQuery
from federation.preparing import Request
from federation.view import Caller, View
from mappers.limits import Limits
from mappers.worker import Allowance


class CityService(Protocol):
    """A city that answers; its methods are called from several threads at once."""

    @property
    def title(self) -> str:
        """The name of the city, for people."""
        ...

    @property
    def library(self) -> tuple[LibraryQuery, ...]:
        """The queries that have a name."""
        ...

    @property
    def public(self) -> Caller:
        """Who asks without a token."""
        ...

    @property
    def limits(self) -> Limits:
        """What a question may cost."""
        ...

    def answer(self, request: Request, allowance: Allowance | None = None) -> Answer:
        """The answer of a query; raises what `federation.answering.answer` raises."""
        ...

    def view(self, caller: Caller, purpose: str | None) -> View:
        """The graphs that a caller may use for a purpose."""
        ...

    def caller_by_token(self, token: str) -> Caller | None:
        """The caller whose token this is; None if it is nobody's."""
        ...
