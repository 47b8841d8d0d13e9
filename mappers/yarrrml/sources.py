"""The `sources` and `views` of a mapping file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from mappers.mapping import Source, View
from mappers.suggest import did_you_mean
from mappers.yarrrml.nodes import YamlNode

FORMATS: Final = ("csv", "json", "geojson", "excel", "parquet", "shapefile", "rdf")
"""Values of `referenceFormulation`."""

_ALIASES: Final = {"jsonpath": "json", "xls": "excel", "xlsx": "excel", "shp": "shapefile"}
_SOURCE_KEYS: Final = (
    "access",
    "referenceFormulation",
    "encoding",
    "delimiter",
    "quote",
    "decimal",
    "thousands",
    "numeric",
    "null_values",
    "pad",
    "dates",
    "skip",
    "header",
    "sheet",
    "iterator",
    "crs",
    "keys",
)
_TEXT_OPTIONS: Final = ("encoding", "sheet", "iterator", "crs")
_SIGN_OPTIONS: Final = ("delimiter", "quote", "decimal", "thousands")
_VIEW_KEYS: Final = ("sql", "keys")


def read_sources(node: YamlNode | None) -> tuple[Source, ...]:
    """The named sources, by `access` and `referenceFormulation` or as `[path~format, iterator]`."""
    if node is None:
        return ()
    return tuple(
        read_source(name, value) for name, (_key, value) in node.entries("the sources").items()
    )


def read_source(name: str, node: YamlNode) -> Source:
    """One source of that name."""
    if node.is_list:
        return _short_source(name, node)
    entries = node.known_entries(_SOURCE_KEYS, "A source")
    if "access" not in entries:
        raise node.error(f"The source {name!r} has no `access`: the path of its file.")
    access_node = entries["access"][1]
    access = access_node.text("the path of a file")
    if "referenceFormulation" in entries:
        format_node = entries["referenceFormulation"][1]
        format_name = _format(format_node.text("a format"), format_node)
    else:
        unpacked = PurePosixPath(access.removesuffix(".gz"))
        format_name = _format(unpacked.suffix.lstrip("."), access_node)
    options: dict[str, object] = {
        key: entries[key][1].text(f"the {key}") for key in _TEXT_OPTIONS if key in entries
    }
    for key in _SIGN_OPTIONS:
        if key in entries:
            options[key] = _sign(entries[key][1], key)
    for key in ("skip", "header"):
        if key in entries:
            options[key] = entries[key][1].integer("a number of rows")
    for key in ("null_values", "numeric"):
        if key in entries:
            options[key] = tuple(_cell(item) for item in entries[key][1].one_or_many())
    if "pad" in entries:
        options["pad"] = tuple(
            (column, width.integer("a width"))
            for column, (_key, width) in entries["pad"][1].entries("columns and widths").items()
        )
    if "dates" in entries:
        options["dates"] = tuple(
            (column, form.text("a date format"))
            for column, (_key, form) in entries["dates"][1].entries("columns, formats").items()
        )
    if "keys" in entries:
        options["keys"] = read_keys(entries["keys"][1])
    return Source(name, _below(access, access_node), format_name, node.location, **options)  # type: ignore[arg-type]


def read_views(node: YamlNode | None) -> tuple[View, ...]:
    """The named views."""
    if node is None:
        return ()
    views = []
    for name, (_key, value) in node.entries("the views").items():
        if value.is_text:
            views.append(View(name, value.text(), (), value.location))
            continue
        entries = value.known_entries(_VIEW_KEYS, "A view")
        if "sql" not in entries:
            raise value.error(f"The view {name!r} has no `sql`.")
        sql = entries["sql"][1]
        keys = read_keys(entries["keys"][1]) if "keys" in entries else ()
        views.append(View(name, sql.text("an SQL SELECT"), keys, sql.location))
    return tuple(views)


def read_keys(node: YamlNode) -> tuple[tuple[str, ...], ...]:
    """Keys as a list of lists of columns; a list of texts is one key."""
    elements = node.elements("a list of keys, each a list of columns")
    if elements and all(element.is_text for element in elements):
        return (tuple(element.text() for element in elements),)
    return tuple(
        tuple(column.text("a column") for column in element.elements("a list of columns"))
        for element in elements
    )


def _short_source(name: str, node: YamlNode) -> Source:
    elements = node.elements()
    if not elements or len(elements) > 2:
        raise node.error("A short source is [path~format] or [path~format, iterator].")
    path, tilde, form = elements[0].text("a path and format such as a.csv~csv").rpartition("~")
    if not tilde:
        raise elements[0].error("The format is missing.", "Write for example people.csv~csv.")
    access = _below(path, elements[0])
    format_name = _format(form, elements[0])
    if len(elements) == 2:
        iterator = elements[1].text("an iterator")
        return Source(name, access, format_name, node.location, iterator=iterator)
    return Source(name, access, format_name, node.location)


def _below(access: str, node: YamlNode) -> str:
    """The path relative to the city's data folder; it must not leave it."""
    path = PurePosixPath(access.lstrip("/"))
    if ".." in path.parts or not path.parts:
        raise node.error(f"{access!r} is not a path below the city's data folder.")
    return str(path)


def _format(text: str, node: YamlNode) -> str:
    name = text.lower()
    name = _ALIASES.get(name, name)
    if name not in FORMATS:
        raise node.error(f"{text!r} is not a format that can be read.", did_you_mean(name, FORMATS))
    return name


def _sign(node: YamlNode, key: str) -> str:
    text = {"\\t": "\t", "tab": "\t"}.get(node.text(f"the {key}"), node.text(f"the {key}"))
    if len(text) != 1:
        raise node.error(f"The {key} must be one character, not {text!r}.")
    return text


def _cell(node: YamlNode) -> str:
    return "" if node.is_null else node.text("the text of a cell")
