"""Threads on which questions are worked on: so many at a time, for as long as somebody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from starlette.requests import Request as HttpRequest

from mappers.errors import QueryCancelledError
from mappers.worker import Allowance
from sparql_api.problems import RequestError

T = TypeVar("T")

_SOON: Final = 0.05
"""Seconds that most answers take less than: only then is a client looked at that may have gone."""


class Turns:
    """Runs blocking work on threads; used on the event loop's thread.

    `working` run at a time and `waiting` more wait for their turn.
    """

    def __init__(self, working: int, waiting: int) -> None:
        self._most = working + waiting
        self._begun = 0
        self._threads = ThreadPoolExecutor(working, thread_name_prefix="bygraf-question")

    def close(self) -> None:
        """Let the threads end; who waits for a turn gets none."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, work: Callable[[], T], request: HttpRequest, allowance: Allowance) -> T:
        """The result of work that heeds the allowance, which is cancelled if the client goes.

        Raises RequestError (503) if too many wait already, and QueryCancelledError.
        """
        if self._begun >= self._most:
            raise RequestError(
                503,
                "Too many queries are waiting for their turn.",
                way_out="Ask again in some seconds.",
                headers={"Retry-After": "5"},
            )
        self._begun += 1
        done = asyncio.get_running_loop().run_in_executor(self._threads, work)
        done.add_done_callback(self._ended)
        await asyncio.wait((done,), timeout=_SOON)
        if not done.done():
            gone = asyncio.ensure_future(_departure(request))
            try:
                await asyncio.wait((done, gone), return_when=asyncio.FIRST_COMPLETED)
            finally:
                # the server is being stopped, or the client has gone: nobody waits any longer
                if not done.done():
                    allowance.cancel()
                    done.cancel()
                gone.cancel()
        try:
            return await done
        except asyncio.CancelledError:
            if not done.cancelled():
                raise
            raise QueryCancelledError("Who asked has gone before it was their turn.") from None

    def _ended(self, _: object) -> None:
        self._begun -= 1


async def _departure(request: HttpRequest) -> None:
    """Return when the client has gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
