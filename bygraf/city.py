"""A city, for programs: open it, ask it, publish its silos."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from bygraf.places import DataFolder, Origin, city_file, data_folder, home_folder, library_folder
from bygraf.question import Question, find_question
from federation.answering import Answer, answer
from federation.authorise import authorise
from federation.callers import PUBLIC, caller_by_token, named_caller
from federation.explain import explain
from federation.library import LibraryQuery, load_library
from federation.opened import Federation
from federation.preparing import Request
from federation.view import Caller, View
from mappers.city import City as Definition
from mappers.city import load_city
from mappers.errors import DataError, UsageError
from mappers.limits import Limits, limits_set
from mappers.suggest import did_you_mean
from mappers.worker import Allowance

if TYPE_CHECKING:
    from mappers.publish import PublishResult

Announce = Callable[[str], None]


def _silent(_: str) -> None:
    """Announce nothing."""


@dataclass(frozen=True)
class City:
    """A city of which questions can be asked; closes its workers when its block ends.

    >>> with City.open() as city:  # doctest: +SKIP
    ...     answer = city.ask("SELECT (COUNT(*) AS ?n) { ?s a ?c }")

    Safe to use from several threads. Its methods raise the errors of `mappers.errors`.
    """

    definition: Definition
    file: Path
    home: Path
    environ: Mapping[str, str]
    data: Path | None = None
    limits: Limits = field(default_factory=Limits)
    workers: int = 1
    spares: int = 0
    announce: Announce = _silent
    _opened: list[Federation] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(
        cls,
        file: Path | None = None,
        home: Path | None = None,
        data: Path | None = None,
        *,
        environ: Mapping[str, str] | None = None,
        limits: Iterable[str] = (),
        workers: int = 1,
        spares: int = 0,
        announce: Announce = _silent,
    ) -> Self:
        """Read a city's file: the one given, else BYGRAF_CITY, else that of the reference city.

        `home` is where published versions lie (else BYGRAF_HOME, else the user's data folder),
        `data` the folder of the city's source files (else see `bygraf.places.data_folder`).
        `limits` such as `rows=1000` come before those of the environment and the city's file. Of
        the `workers` so many answer at a time, and `spares` wait for one to be killed. Nothing is
        started before the first question. Raises UsageError if there is no file or limit of that
        name, or the home's path cannot be used, MappingError if the file is wrong.
        """
        variables = os.environ if environ is None else environ
        path = city_file(file, variables)
        definition = load_city(path)
        return cls(
            definition=definition,
            file=path,
            home=home_folder(variables, home),
            environ=variables,
            data=data.resolve() if data else None,
            limits=limits_set(definition.limits, variables, limits),
            workers=workers,
            spares=spares,
            announce=announce,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers, if any were started."""
        with self._lock:
            while self._opened:
                self._opened.pop().close()

    @property
    def title(self) -> str:
        """The name of the city, for people."""
        return self.definition.title

    @cached_property
    def library(self) -> tuple[LibraryQuery, ...]:
        """The queries that have a name; DataError for a header that is wrong."""
        return load_library(library_folder(self.file))

    @property
    def federation(self) -> Federation:
        """The opened federation; starts the workers the first time."""
        with self._lock:
            if not self._opened:
                opened = Federation.open(
                    self.definition,
                    self.home,
                    workers=self.workers,
                    spares=self.spares,
                    limits=self.limits,
                )
                self._opened.append(opened)
            return self._opened[0]

    def ask(
        self,
        text_or_name: str,
        caller: str = "public",
        purpose: str | None = None,
        parameters: Mapping[str, str] | None = None,
        *,
        partial: bool = False,
        allowance: Allowance | None = None,
    ) -> Answer:
        """The answer of a query (a text, a file or a name of the library) to a caller."""
        question = find_question(text_or_name, self.library)
        request = self.request(question, caller, purpose, parameters, partial=partial)
        return self.answer(request, allowance)

    def explain(
        self,
        text_or_name: str,
        caller: str = "public",
        purpose: str | None = None,
        parameters: Mapping[str, str] | None = None,
        *,
        sql: bool = False,
    ) -> str:
        """How a query would be answered, without running it."""
        question = find_question(text_or_name, self.library)
        request = self.request(question, caller, purpose, parameters)
        return explain(request, self.federation, sql=sql)

    def request(
        self,
        question: Question,
        caller: str,
        purpose: str | None,
        parameters: Mapping[str, str] | None,
        *,
        partial: bool = False,
    ) -> Request:
        """The request that asks a question; UsageError for a wrong caller or parameter."""
        return Request(
            text=question.text,
            caller=named_caller(self.definition, caller),
            purpose=purpose,
            parameters=question.bind(parameters or {}),
            partial=partial,
        )

    def answer(self, request: Request, allowance: Allowance | None = None) -> Answer:
        """The answer of a request; raises what `federation.answering.answer` raises.

        An allowance has its own time, and can be cancelled from another thread.
        """
        return answer(request, self.federation, allowance)

    def view(self, caller: Caller, purpose: str | None) -> View:
        """The graphs that a caller may use now for a purpose."""
        return authorise(self.federation.catalogue(), caller, purpose, datetime.now(UTC))

    @property
    def public(self) -> Caller:
        """Who asks without a token."""
        return named_caller(self.definition, PUBLIC)

    def caller_by_token(self, token: str) -> Caller | None:
        """The caller whose token this is; None if it is nobody's."""
        return caller_by_token(self.definition, token, self.environ)

    def unpublished(self) -> tuple[str, ...]:
        """The ids of silos that have published nothing; DataError if that is all of them."""
        mapped = self._mapped()
        empty = self.federation.catalogue().unpublished()
        missing = tuple(silo for silo in mapped if silo in empty)
        if mapped and missing == mapped:
            raise DataError(
                f"Nothing of {self.title} has been published below {self.home} yet.",
                way_out="Run `bygraf publish`, or `bygraf demo`, first.",
            )
        return missing

    def sources(self) -> DataFolder:
        """The folder of the source files; a lookalike city is written if there are none."""
        if self.data is not None:
            return DataFolder(self.data, Origin.STATED)
        return data_folder(self.definition.id, self.environ, self.home, self.announce)

    def silos(self, named: Sequence[str] = ()) -> tuple[str, ...]:
        """The ids of the silos named, or of all that have a mapper; UsageError for any other."""
        known = self._mapped()
        for name in named:
            if name not in known:
                raise UsageError(
                    f"{self.title} has no silo {name!r} with a mapper.",
                    way_out=did_you_mean(name, known),
                )
        return tuple(dict.fromkeys(named)) or known

    def _mapped(self) -> tuple[str, ...]:
        return tuple(silo.id for silo in self.definition.silos if silo.mapper is not None)

    def publish(
        self, named: Sequence[str] = (), progress: Announce = _silent
    ) -> tuple[PublishResult, ...]:
        """Publish silos (all of them if none is named) and give their versions and gate reports.

        Raises UsageError for an unknown silo before anything is read, DataError for data that
        cannot be published: then the last good version of that silo stays.
        """
        return tuple(self.publish_one(silo, progress) for silo in self.silos(named))

    def publish_one(self, silo: str, progress: Announce = _silent) -> PublishResult:
        """Publish one silo; `progress` is told what is being done."""
        # the gate's reference engine takes a second to load, which no question needs
        from mappers.publish import publish_silo
        from mappers.shacl import check

        return publish_silo(
            self.definition, silo, self.sources().path, self.home, progress, gate=check
        )
