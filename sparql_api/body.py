"""The text of an answer while it is written: in memory, and on disk when it is large."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from mappers.errors import QueryTooLargeError, SourceFailedError

IN_MEMORY: Final = 8_000_000
_CHUNK: Final = 1 << 18


class Body(SpooledTemporaryFile[bytes]):
    """A file of at most so many bytes, written whole before the first byte is sent."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__(IN_MEMORY)
        self._most = most_bytes
        self.size = 0

    def write(self, data: Any) -> int:
        """Write bytes. Raises QueryTooLargeError when there are too many."""
        self.size += len(data)
        if self.size > self._most:
            raise QueryTooLargeError(
                f"The query needs more than it is allowed: the answer as it is written has more"
                f" than {self._most:,} bytes.",
                way_out="Ask for less: add a FILTER or a LIMIT.",
            )
        try:
            return super().write(data)
        except OSError as error:
            raise SourceFailedError(
                f"There is no room to write the answer: {error.strerror}.",
                way_out="Ask for less: add a FILTER or a LIMIT.",
            ) from error

    def whole(self) -> bytes:
        """All of it, which ends the file."""
        with self:
            self.seek(0)
            return self.read()

    def chunks(self) -> Iterator[bytes]:
        """All of it in pieces, which ends the file."""
        with self:
            self.seek(0)
            while chunk := self.read(_CHUNK):
                yield chunk
