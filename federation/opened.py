"""An opened city: its current epoch, and the workers that answer over it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from federation.catalogue import Catalogue
from federation.epoch import Epoch
from federation.loading import Stamp, catalogue_stamp, load_catalogue, watched_files
from mappers.city import City
from mappers.errors import UsageError
from mappers.limits import Limits
from mappers.worker import WorkerPool, WorkerSettings


def worker_settings(versions: Path, limits: Limits) -> WorkerSettings:
    """What a worker may use that reads the versions in a folder."""
    return WorkerSettings(
        readable=(versions,),
        spill=versions / "spill",
        memory_mb=limits.memory_mb,
        process_mb=limits.process_mb,
        spill_mb=limits.spill_mb,
    )


@dataclass(slots=True)
class Federation:
    """A city opened for questions; safe to use from several threads.

    `home` is BYGRAF_HOME, `limits` are those of each question. A new epoch begins when a silo has
    published a new version, or a policy file has changed; each question looks.
    """

    definition: City
    home: Path
    workers: WorkerPool
    limits: Limits = field(default_factory=Limits)
    _watched: tuple[str, ...] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _current: Epoch | None = None

    @classmethod
    def open(
        cls,
        city: City,
        home: Path,
        *,
        workers: int = 1,
        spares: int = 0,
        limits: Limits | None = None,
    ) -> Self:
        """Start the workers. They read published versions below `home` and nothing else.

        `spares` are workers besides that wait, warm, for one to be killed. Without limits the
        city's own apply. Raises UsageError if the home cannot be made.
        """
        allowed = limits or city.limits
        versions = home / city.id
        try:
            versions.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"The folder {versions} cannot be made: {error.strerror}.",
                way_out="Set BYGRAF_HOME to a folder in which you may write.",
            ) from error
        return cls(
            definition=city,
            home=home,
            workers=WorkerPool(worker_settings(versions, allowed), workers, spares),
            limits=allowed,
            _watched=watched_files(city, home),
        )

    @property
    def city(self) -> str:
        """The id of the city."""
        return self.definition.id

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers, and the epoch once the last question in it is answered."""
        self.workers.close()
        with self._lock:
            self._retire()

    def catalogue(self) -> Catalogue:
        """The catalogue of the versions that are current now."""
        with self.epoch() as epoch:
            return epoch.catalogue

    @contextmanager
    def epoch(self) -> Iterator[Epoch]:
        """The epoch that is current now; its versions stay until the block ends."""
        stamp = catalogue_stamp(self._watched)
        with self._lock:
            if self._current is None or self._current.stamp != stamp:
                self._current = self._renewed(stamp)
            epoch = self._current
            epoch.users += 1
        try:
            yield epoch
        finally:
            with self._lock:
                epoch.users -= 1
                if epoch.users == 0 and epoch is not self._current:
                    epoch.end()

    def _renewed(self, stamp: Stamp) -> Epoch:
        """The epoch of the files as they are now: the current one if they say what they said."""
        catalogue = load_catalogue(self.definition, self.home)
        if self._current is not None and self._current.catalogue == catalogue:
            self._current.stamp = stamp
            return self._current
        begun = Epoch.begin(stamp, catalogue, self.home)
        self._retire()
        return begun

    def _retire(self) -> None:
        """Let go of the current epoch; the last question in it ends it."""
        if self._current is not None and self._current.users == 0:
            self._current.end()
        self._current = None
