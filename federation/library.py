"""The query library: questions with a name, a title and typed parameters, each in one `.rq` file.

A file begins with a header, which is YAML in comments that begin with `#+`:

    #+ title: Thefts by district
    #+ description: Bicycle thefts whose incident began in the year.
    #+ tags: [safety]
    #+ silos: [safety, areas]
    #+ parameters:
    #+   year: {type: xsd:integer, default: 2023, description: The year}
    SELECT ...

The name of a query is the name of its file without `.rq`. A parameter stands for the variable
of its name; its value is put in the parsed query as a term, never in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from federation.parameter_types import PARAMETER_TYPES, ParameterError, parameter_term
from mappers.errors import DataError, Location, UsageError
from mappers.rdf import Iri, Literal
from mappers.suggest import did_you_mean

_HEADER: Final = "#+"
_NULL: Final = "tag:yaml.org,2002:null"
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VARIABLE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FIELDS: Final = ("title", "description", "tags", "silos", "parameters")
_PARAMETER_FIELDS: Final = ("type", "default", "description")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: a variable of the query, the type of its value (a key of `PARAMETER_TYPES`).

    Without a default it must be given.
    """

    name: str
    type: str
    default: Iri | Literal | None
    description: str


@dataclass(frozen=True, slots=True)
class LibraryQuery:
    """A query of the library; `text` is the whole file, `topic` the folder it lies in."""

    name: str
    topic: str
    title: str
    description: str
    tags: tuple[str, ...]
    silos: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str
    file: str


def load_library(folder: Path) -> tuple[LibraryQuery, ...]:
    """The queries in a folder and its folders, ordered by topic and name.

    No folder is no query. Raises DataError, with file and line, for a header that is not as
    described above, and for two files of one name.
    """
    queries: dict[str, LibraryQuery] = {}
    for file in sorted(folder.rglob("*.rq")):
        topic = file.parent.relative_to(folder).as_posix()
        query = read_query(file, "" if topic == "." else topic)
        if query.name in queries:
            raise DataError(
                f"The name {query.name!r} is also that of {queries[query.name].file}.",
                location=Location(query.file),
                way_out="Rename one of the two files.",
            )
        queries[query.name] = query
    return tuple(queries.values())


def find_query(library: tuple[LibraryQuery, ...], name: str) -> LibraryQuery:
    """The query of that name; UsageError, with the nearest name, if there is none."""
    for query in library:
        if query.name == name:
            return query
    raise UsageError(
        f"The library has no query {name!r}.",
        way_out=did_you_mean(name, (query.name for query in library)),
    )


def read_query(file: Path, topic: str = "") -> LibraryQuery:
    """The query in one file; DataError, with line, for a wrong header or a wrong file name."""
    if not _SLUG.fullmatch(file.stem):
        raise DataError(
            "The name of a library query is lower-case letters, digits and single hyphens.",
            location=Location(str(file)),
            way_out="Rename the file.",
        )
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise DataError("The file is not UTF-8.", location=Location(str(file))) from error
    header = _Header.of_text(text, str(file))
    header.require_header()
    title = header.text("title")
    if not title:
        raise header.wrong("The header has no title.", header.root)
    return LibraryQuery(
        name=file.stem,
        topic=topic,
        title=title,
        description=header.text("description"),
        tags=header.texts("tags"),
        silos=header.texts("silos"),
        parameters=header.parameters(),
        text=text,
        file=str(file),
    )


def header_parameters(text: str, file: str) -> tuple[Parameter, ...]:
    """The parameters that the header of a query text declares; none without a header."""
    header = _Header.of_text(text, file)
    return header.parameters() if header.fields else ()


def bound_parameters(
    parameters: tuple[Parameter, ...], given: Mapping[str, str]
) -> tuple[tuple[str, Iri | Literal], ...]:
    """A term for each parameter, from the texts given or its default.

    Raises ParameterError for a name that is not declared, a value that is not of its type, and a
    parameter that has no value.
    """
    declared = [parameter.name for parameter in parameters]
    for name in given:
        if name not in declared:
            raise ParameterError(
                f"The query has no parameter {name!r}.",
                way_out=did_you_mean(name, declared)
                if declared
                else "It declares none; a header of `#+ parameters:` would.",
            )
    bound: list[tuple[str, Iri | Literal]] = []
    for parameter in parameters:
        if parameter.name in given:
            value = parameter_term(parameter.name, parameter.type, given[parameter.name])
            bound.append((parameter.name, value))
        elif parameter.default is not None:
            bound.append((parameter.name, parameter.default))
        else:
            kind = PARAMETER_TYPES[parameter.type]
            raise ParameterError(
                f"The parameter {parameter.name!r} needs a value.",
                way_out=f"Give one, for example {parameter.name}={kind.example}.",
            )
    return tuple(bound)


@dataclass(frozen=True, slots=True)
class _Header:
    """The YAML nodes of a header, which know their lines."""

    file: str
    body: str
    root: yaml.Node | None
    fields: dict[str, yaml.Node]

    @classmethod
    def of_text(cls, text: str, file: str) -> _Header:
        """The header of a query text; other lines become empty, which keeps line numbers."""
        lines = text.replace("\r\n", "\n").split("\n")
        source = "\n".join(
            line[len(_HEADER) :].removeprefix(" ") if line.startswith(_HEADER) else ""
            for line in lines
        )
        body = "\n".join("" if line.startswith(_HEADER) else line for line in lines)
        try:
            root = yaml.compose(source, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            place = Location(file, mark.line + 1 if mark else 1)
            problem = error.problem or "it cannot be read"
            raise DataError(f"The header is not YAML: {problem}.", location=place) from error
        except yaml.YAMLError as error:
            raise DataError(f"The header is not YAML: {error}", location=Location(file)) from error
        empty = cls(file, body, root, {})
        fields = empty.mapping(root, "The header", _FIELDS) if root is not None else {}
        return cls(file, body, root, fields)

    def require_header(self) -> None:
        if self.root is None:
            raise DataError(
                "The query has no header.",
                location=Location(self.file, 1),
                way_out="Begin the file with lines `#+ title: ...`.",
            )

    def wrong(self, message: str, node: yaml.Node | None, way_out: str | None = None) -> DataError:
        line = node.start_mark.line + 1 if node is not None else 1
        return DataError(message, location=Location(self.file, line), way_out=way_out)

    def mapping(
        self, node: yaml.Node, what: str, allowed: tuple[str, ...] | None
    ) -> dict[str, yaml.Node]:
        """The fields of a mapping by name, in order; only those allowed, each once."""
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(f"{what} must be a list of `name: value`.", node)
        fields: dict[str, yaml.Node] = {}
        for key, value in node.value:
            name = self.scalar(key, "A name")
            if name in fields:
                raise self.wrong(f"{what} has {name!r} twice.", key)
            if allowed is not None and name not in allowed:
                raise self.wrong(f"{what} has no field {name!r}.", key, did_you_mean(name, allowed))
            fields[name] = value
        return fields

    def scalar(self, node: yaml.Node, what: str) -> str:
        """The text of a scalar as it is written; empty for null."""
        if not isinstance(node, yaml.ScalarNode):
            raise self.wrong(f"{what} must be a single value.", node)
        return "" if node.tag == _NULL else str(node.value)

    def text(self, field: str) -> str:
        node = self.fields.get(field)
        return "" if node is None else " ".join(self.scalar(node, f"The {field}").split())

    def texts(self, field: str) -> tuple[str, ...]:
        node = self.fields.get(field)
        if node is None:
            return ()
        if not isinstance(node, yaml.SequenceNode):
            raise self.wrong(f"The {field} must be a list, as in `{field}: [a, b]`.", node)
        return tuple(self.scalar(item, f"Each of the {field}") for item in node.value)

    def parameters(self) -> tuple[Parameter, ...]:
        node = self.fields.get("parameters")
        if node is None:
            return ()
        declared = self.mapping(node, "The parameters", None)
        return tuple(self.parameter(name, fields) for name, fields in declared.items())

    def parameter(self, name: str, node: yaml.Node) -> Parameter:
        if not _VARIABLE.fullmatch(name):
            raise self.wrong(f"{name!r} is no name of a variable.", node)
        if not re.search(rf"[?$]{name}\b", self.body):
            raise self.wrong(
                f"The query does not use its parameter {name!r}.",
                node,
                f"Use ?{name} in the query, or remove the parameter.",
            )
        fields = self.mapping(node, f"The parameter {name!r}", _PARAMETER_FIELDS)
        kind = self.scalar(fields["type"], "A type") if "type" in fields else "xsd:string"
        if kind not in PARAMETER_TYPES:
            way_out = did_you_mean(kind, PARAMETER_TYPES)
            raise self.wrong(f"{kind!r} is no type of a parameter.", fields["type"], way_out)
        default: Iri | Literal | None = None
        if "default" in fields:
            text = self.scalar(fields["default"], "A default")
            try:
                default = parameter_term(name, kind, text)
            except ParameterError as error:
                raise self.wrong(error.message, fields["default"], error.way_out) from error
        about = fields.get("description")
        description = self.scalar(about, "A description") if about is not None else ""
        return Parameter(name, kind, default, description)
