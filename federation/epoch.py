"""An epoch: the time in which no silo publishes and no policy changes, and what is kept for it.

Views and plans depend on the catalogue, so they are kept with it and go with it. The versions of
the catalogue are leased as long as the epoch is in use: nobody deletes them.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Hashable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Self, TypeVar

from federation.authorise import authorise
from federation.catalogue import Catalogue
from federation.policy import turning_points
from federation.preparing import Ready, Request
from federation.view import View
from mappers.versions import pin

Value = TypeVar("Value")

MOST_VIEWS = 256
MOST_PLANS = 1024
MOST_PLAN_SIZE = 200_000
"""Characters of SQL above which a plan is not kept."""


class Recent(Generic[Value]):
    """The values used last, at most `most` of them; safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        """The value of a key, which becomes the latest; None if it is not kept."""
        with self._lock:
            found = self._values.get(key)
            if found is not None:
                self._values.move_to_end(key)
            return found

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value, and forget the one that was not used for longest if there are too many."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)


@dataclass(slots=True)
class Epoch:
    """A catalogue with the views and plans made of it.

    `stamp` is what the catalogue depends on. `users` counts the questions at work in it; it is
    guarded by the federation's lock.
    """

    stamp: Hashable
    catalogue: Catalogue
    leases: ExitStack
    turns: tuple[datetime, ...]
    views: Recent[View] = field(default_factory=lambda: Recent(MOST_VIEWS))
    plans: Recent[Ready] = field(default_factory=lambda: Recent(MOST_PLANS))
    users: int = 0

    @classmethod
    def begin(cls, stamp: Hashable, catalogue: Catalogue, home: Path) -> Self:
        """Lease the catalogue's versions. Raises SourceFailedError if one is gone already."""
        with ExitStack() as stack:
            for silo in catalogue.silos:
                if silo.version is not None:
                    stack.enter_context(pin(home, silo.version))
            policies = [graph.policy for graph in catalogue.graphs()]
            return cls(stamp, catalogue, stack.pop_all(), turning_points(policies))

    def end(self) -> None:
        """Give the leases back."""
        self.leases.close()

    def view(self, request: Request, now: datetime) -> View:
        """The view of a request's caller at a time."""
        key = self._whose(request, now)
        found = self.views.get(key)
        if found is None:
            found = authorise(self.catalogue, request.caller, request.purpose, now)
            self.views.put(key, found)
        return found

    def plan(self, request: Request, now: datetime) -> Ready | None:
        """The plan kept of a request, if there is one."""
        return self.plans.get(self._question(request, now))

    def keep(self, request: Request, now: datetime, plan: Ready) -> None:
        """Keep a plan, unless it holds the time or is very large."""
        if plan.kept and len(plan.sql) <= MOST_PLAN_SIZE:
            self.plans.put(self._question(request, now), plan)

    def _question(self, request: Request, now: datetime) -> Hashable:
        asked = (request.text, request.parameters, request.default_graphs, request.named_graphs)
        return (self._whose(request, now), asked)

    def _whose(self, request: Request, now: datetime) -> Hashable:
        """Who asks, and between which turns of the policies: then a decision is the same."""
        period = (bisect_left(self.turns, now), bisect_right(self.turns, now))
        return (request.caller, request.purpose, period)
