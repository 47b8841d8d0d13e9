"""The YARRRML front end: a `mapping.yml` as the logical mapping model."""

from __future__ import annotations

from pathlib import Path

from mappers.errors import Location, MappingError
from mappers.mapping import Mapping, Source
from mappers.yarrrml.nodes import YamlNode, parse_yaml
from mappers.yarrrml.prefixes import WELL_KNOWN
from mappers.yarrrml.rules import RuleReader, check_names
from mappers.yarrrml.sources import read_sources, read_views
from mappers.yarrrml.terms import TermReader

__all__ = ["parse_mapping", "read_mapping"]


def read_mapping(path: Path, *, base: str, shown_as: str | None = None) -> Mapping:
    """The mapping in a YARRRML file; `base` is the IRI that the prefix `base:` stands for.

    Errors name `shown_as` (default: the path). Raises MappingError with line and column.
    """
    file = shown_as or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise MappingError("There is no such mapping.", location=Location(file)) from error
    except UnicodeDecodeError as error:
        raise MappingError("The mapping is not UTF-8.", location=Location(file)) from error
    return parse_mapping(text, file=file, base=base)


def parse_mapping(text: str, *, file: str, base: str) -> Mapping:
    """The mapping in a YARRRML text (YARRRML, with `keys`, `views` and reading options of ours)."""
    root = parse_yaml(text, file)
    entries = root.known_entries(
        ("prefixes", "base", "sources", "views", "mappings", "authors"), "A mapping file"
    )
    if "base" in entries:
        base = entries["base"][1].text("the base IRI")
    prefixes = {**WELL_KNOWN, "base": base}
    if "prefixes" in entries:
        prefixes |= _prefixes(entries["prefixes"][1])
    sources = list(read_sources(entries["sources"][1] if "sources" in entries else None))
    views = read_views(entries["views"][1] if "views" in entries else None)
    if "mappings" not in entries:
        raise root.error("The file has no `mappings`.")
    inline: list[Source] = []
    reader = RuleReader(TermReader(prefixes), inline.append)
    rules = tuple(
        reader.rule(name, node)
        for name, (_key, node) in entries["mappings"][1].entries("the mappings").items()
    )
    sources += inline
    names = [source.name for source in sources] + [view.name for view in views]
    for name in names:
        if names.count(name) > 1:
            raise root.error(f"Two sources or views are named {name!r}.")
    check_names(rules, frozenset(names))
    return Mapping(file, tuple(sources), views, rules)


def _prefixes(node: YamlNode) -> dict[str, str]:
    return {name: value.text("an IRI") for name, (_k, value) in node.entries("prefixes").items()}
