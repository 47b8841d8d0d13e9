"""YAML as a tree that knows its lines and columns, and keeps scalars' text as it was written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import yaml

from mappers.errors import Location, MappingError
from mappers.suggest import did_you_mean

_MERGE = "tag:yaml.org,2002:merge"
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class YamlNode:
    """A node of a YAML file."""

    file: str
    raw: yaml.Node

    @property
    def location(self) -> Location:
        """Where the node begins."""
        mark = self.raw.start_mark
        return Location(self.file, mark.line + 1, mark.column + 1)

    def at(self, offset: int) -> Location:
        """The place of a character of a scalar; exact for scalars of one line."""
        mark = self.raw.start_mark
        if isinstance(self.raw, yaml.ScalarNode) and self.raw.style in ("'", '"'):
            offset += 1
        if isinstance(self.raw, yaml.ScalarNode) and self.raw.style in ("|", ">"):
            return self.location
        return Location(self.file, mark.line + 1, mark.column + 1 + offset)

    def error(self, message: str, way_out: str | None = None) -> MappingError:
        """A mapping error at this node."""
        return MappingError(message, location=self.location, way_out=way_out)

    @property
    def is_text(self) -> bool:
        """Whether the node is a scalar other than null."""
        return isinstance(self.raw, yaml.ScalarNode) and self.raw.tag != _NULL

    @property
    def is_null(self) -> bool:
        """Whether the node is empty or null."""
        return isinstance(self.raw, yaml.ScalarNode) and self.raw.tag == _NULL

    @property
    def is_list(self) -> bool:
        """Whether the node is a sequence."""
        return isinstance(self.raw, yaml.SequenceNode)

    @property
    def is_map(self) -> bool:
        """Whether the node is a mapping."""
        return isinstance(self.raw, yaml.MappingNode)

    def text(self, what: str = "a text") -> str:
        """The text of a scalar, as written (`01` stays `01`)."""
        if not isinstance(self.raw, yaml.ScalarNode) or self.is_null:
            raise self.error(f"Here must be {what}.")
        value: str = self.raw.value
        return value

    def integer(self, what: str) -> int:
        """A whole number that is not negative."""
        text = self.text(what)
        if not text.isdecimal():
            raise self.error(f"Here must be {what}, not {text!r}.")
        return int(text)

    def elements(self, what: str = "a list") -> tuple[YamlNode, ...]:
        """The elements of a sequence."""
        if not isinstance(self.raw, yaml.SequenceNode):
            raise self.error(f"Here must be {what}.")
        return tuple(YamlNode(self.file, child) for child in self.raw.value)

    def one_or_many(self) -> tuple[YamlNode, ...]:
        """The elements of a sequence, or the node itself."""
        return self.elements() if self.is_list else (self,)

    def entries(self, what: str = "a mapping") -> dict[str, tuple[YamlNode, YamlNode]]:
        """Key text -> (key node, value node), with `<<` merged and repeated keys refused."""
        if not isinstance(self.raw, yaml.MappingNode):
            raise self.error(f"Here must be {what}.")
        found: dict[str, tuple[YamlNode, YamlNode]] = {}
        merged: dict[str, tuple[YamlNode, YamlNode]] = {}
        for key, value in self._pairs(self.raw):
            if key.raw.tag == _MERGE:
                for base in value.one_or_many():
                    merged = {**base.entries(), **merged}
                continue
            name = key.text("a name")
            if name in found:
                raise key.error(f"The key {name!r} is given twice.")
            found[name] = (key, value)
        return {**merged, **found}

    def _pairs(self, raw: yaml.MappingNode) -> Iterator[tuple[YamlNode, YamlNode]]:
        for key, value in raw.value:
            yield YamlNode(self.file, key), YamlNode(self.file, value)

    def known_entries(
        self, known: Collection[str], what: str
    ) -> dict[str, tuple[YamlNode, YamlNode]]:
        """The entries; a key not among `known` is an error with a close match."""
        entries = self.entries(what)
        for name, (key, _value) in entries.items():
            if name not in known:
                raise key.error(f"{what} has no key {name!r}.", did_you_mean(name, known))
        return entries


def parse_yaml(text: str, file: str) -> YamlNode:
    """The root node of a YAML text; MappingError with the place where it is not YAML."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
        raise MappingError(f"This is not YAML: {error.problem}.", location=place) from error
    except yaml.YAMLError as error:
        raise MappingError(f"This is not YAML: {error}.", location=Location(file)) from error
    if root is None:
        raise MappingError("The file is empty.", location=Location(file))
    return YamlNode(file, root)
