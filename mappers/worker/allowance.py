"""The time that a question may take, and the way to end it sooner.

A worker at work is killed. What is computed in this process (planning, writing an answer) is ended
by an exception that another thread raises in it, so it must be pure: it holds no lock, and what it
was making is thrown away.
"""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

from mappers.errors import QueryCancelledError, QueryTimeoutError, QueryTooComplexError

T = TypeVar("T")

_AGAIN_SECONDS: Final = 0.5
"""After this time a stop is repeated: Python ignores an exception raised in a finaliser."""


class Allowance:
    """The time allowed for one question, which anybody may end by `cancel`; safe to use from
    several threads.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._cancelled = False
        self._section: _Section | None = None

    def cancel(self) -> None:
        """End the question, wherever it is, within a fraction of a second."""
        with self._lock:
            self._cancelled = True
            if self._section is not None:
                self._section.wake.set()

    def left(self) -> float:
        """The seconds left; 0 if there are none, or the question was cancelled."""
        return 0.0 if self._cancelled else max(0.0, self._deadline - time.monotonic())

    def check_cancelled(self) -> None:
        """Raise QueryCancelledError if the question was cancelled."""
        if self._cancelled:
            raise QueryCancelledError("The query was cancelled by who asked it.")

    def check(self) -> None:
        """Raise QueryCancelledError or QueryTimeoutError if the question is to end."""
        self.check_cancelled()
        if time.monotonic() >= self._deadline:
            raise self._late()

    def _late(self) -> QueryTimeoutError:
        return QueryTimeoutError(
            f"The query took longer than the {self.seconds:g} s allowed, and was stopped.",
            way_out="Ask for less, or allow more time.",
        )

    def compute(
        self,
        work: Callable[[], T],
        seconds: float | None = None,
        too_long: Callable[[], QueryTooComplexError] | None = None,
    ) -> T:
        """The result of a pure computation in this thread, ended when the question is to end.

        `seconds` is a shorter time for this computation, and `too_long` its error. Raises what
        `check` raises.
        """
        self.check()
        section = _Section()
        with self._lock:
            self._section = section
        most = self.left() if seconds is None else min(self.left(), seconds)
        watcher = threading.Thread(target=section.watch, args=(most,), daemon=True)
        try:
            try:
                watcher.start()
                return work()
            finally:
                section.close()
        except _Stopped:
            # a stop that comes while the section is being closed leaves it open
            section.close()
            self.check()
            raise (too_long or self._late)() from None
        finally:
            self._section = None


class _Stopped(BaseException):
    """What is raised in a thread whose computation is to end."""


class _Section:
    """The part of a thread's life in which it may be stopped."""

    def __init__(self) -> None:
        self.wake = threading.Event()
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._closed = False

    def watch(self, seconds: float) -> None:
        """Stop the thread when it is time, or when woken; on a thread of its own."""
        self.wake.wait(seconds)
        while self._stop():
            time.sleep(_AGAIN_SECONDS)

    def close(self) -> None:
        """Let the thread be: from then on it is not stopped, nor is a stop on its way."""
        with self._lock:
            self._closed = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), None)
        self.wake.set()

    def _stop(self) -> bool:
        with self._lock:
            if not self._closed:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(
                    ctypes.c_ulong(self._thread), ctypes.py_object(_Stopped)
                )
            return not self._closed
