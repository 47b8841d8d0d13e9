"""What `TEXT | FILE | NAME` means: which question is asked, with which parameters."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from federation.library import LibraryQuery, Parameter, bound_parameters, header_parameters
from mappers.errors import DataError, Location, UsageError
from mappers.rdf import Iri, Literal
from mappers.suggest import did_you_mean

_NAME_OR_FILE: Final = re.compile(r"[^\s{}<>?]+")


@dataclass(frozen=True, slots=True)
class Question:
    """A query text, what to call it in errors, and the parameters that it declares."""

    text: str
    source: str
    parameters: tuple[Parameter, ...]

    def bind(self, given: Mapping[str, str]) -> tuple[tuple[str, Iri | Literal], ...]:
        """A term for each parameter; raises what `federation.library.bound_parameters` raises."""
        return bound_parameters(self.parameters, given)


def find_question(said: str, library: Sequence[LibraryQuery]) -> Question:
    """The question meant: a name of the library, a file, `-` for standard input, or a text.

    One word is a name or a file. Raises UsageError for a word that is neither, with the nearest
    name.
    """
    for query in library:
        if said == query.name:
            return Question(query.text, query.file, query.parameters)
    if said == "-":
        text = sys.stdin.read()
        return Question(text, "standard input", header_parameters(text, "standard input"))
    if _NAME_OR_FILE.fullmatch(said):
        file = Path(said)
        if file.is_file():
            return _question_in(file)
        if said.endswith(".rq") or "/" in said:
            raise UsageError(f"There is no file {said!r}.")
        raise UsageError(
            f"There is no query and no file named {said!r}.",
            way_out=did_you_mean(said, (query.name for query in library))
            + " `bygraf query` alone lists the library.",
        )
    return Question(said, "query", header_parameters(said, "query"))


def _question_in(file: Path) -> Question:
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError("The file is not UTF-8.", location=Location(str(file))) from error
    except OSError as error:
        raise UsageError(f"The file {file} cannot be read: {error.strerror}.") from error
    return Question(text, str(file), header_parameters(text, str(file)))
