"""An opened city: its catalogue of current versions, and the workers that answer over them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from federation.catalogue import Catalogue
from federation.loading import Stamp, catalogue_stamp, load_catalogue
from mappers.city import City
from mappers.versions import pin
from mappers.worker import WorkerPool, WorkerSettings


@dataclass(slots=True)
class Federation:
    """A city opened for questions; safe to use from several threads.

    `home` is BYGRAF_HOME, `most_rows` bounds an answer. The catalogue is read again when a silo has
    published a new version, or a policy file has changed.
    """

    definition: City
    home: Path
    workers: WorkerPool
    most_rows: int = 5_000_000
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _loaded: tuple[Stamp, Catalogue] | None = None

    @classmethod
    def open(cls, city: City, home: Path, *, workers: int = 1) -> Self:
        """Start the workers. They read published versions below `home` and nothing else."""
        versions = home / city.id
        versions.mkdir(parents=True, exist_ok=True)
        spill = versions / "spill"
        return cls(
            definition=city,
            home=home,
            workers=WorkerPool(WorkerSettings((versions,), spill), size=workers),
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
        """End the workers."""
        self.workers.close()

    def catalogue(self) -> Catalogue:
        """The catalogue of the versions that are current now."""
        state = catalogue_stamp(self.definition, self.home)
        with self._lock:
            if self._loaded is None or self._loaded[0] != state:
                self._loaded = (state, load_catalogue(self.definition, self.home))
            return self._loaded[1]

    @contextmanager
    def pinned(self) -> Iterator[Catalogue]:
        """The catalogue, with its versions kept from being pruned until the block ends."""
        catalogue = self.catalogue()
        with ExitStack() as stack:
            for silo in catalogue.silos:
                if silo.version is not None:
                    stack.enter_context(pin(self.home, silo.version))
            yield catalogue
