"""The `mappings` of a mapping file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mappers.errors import MappingError
from mappers.mapping import (
    ConstantValue,
    JoinCondition,
    JoinValue,
    ObjectValue,
    PredicateObjects,
    Reference,
    Rule,
    Source,
)
from mappers.rdf import RDF_LANG_STRING, RDF_TYPE, XSD_STRING, Iri
from mappers.suggest import did_you_mean
from mappers.yarrrml.nodes import YamlNode
from mappers.yarrrml.sources import read_source
from mappers.yarrrml.terms import TermReader, template

_SOURCES: Final = ("sources", "source")
_SUBJECTS: Final = ("subjects", "subject", "s")
_STATEMENTS: Final = ("predicateobjects", "predicateobject", "po")
_GRAPHS: Final = ("graphs", "graph", "g")
_PREDICATES: Final = ("predicates", "predicate", "p")
_OBJECTS: Final = ("objects", "object", "o")
_OBJECT_KEYS: Final = ("value", "datatype", "language", "type", "mapping", "condition")
_REFUSED: Final = ("condition", "function")

Entries = dict[str, tuple[YamlNode, YamlNode]]


@dataclass(frozen=True, slots=True)
class RuleReader:
    """Reads the mappings of one file; `inline` receives sources written inside a mapping."""

    terms: TermReader
    inline: Callable[[Source], None]

    def rule(self, name: str, node: YamlNode) -> Rule:
        """One mapping."""
        known = (*_SOURCES, *_SUBJECTS, *_STATEMENTS, *_GRAPHS)
        _refuse_conditions(node)
        entries = node.known_entries(known, "A mapping")
        sources = _one_of(entries, _SOURCES, node)
        subjects = _one_of(entries, _SUBJECTS, node)
        statements = _one_of(entries, _STATEMENTS, node)
        if sources is None:
            raise node.error(f"The mapping {name!r} has no `sources`.")
        if subjects is None:
            raise node.error(f"The mapping {name!r} has no `subjects`.")
        if statements is None:
            raise node.error(f"The mapping {name!r} has no `po`.")
        return Rule(
            name,
            self._sources(name, sources),
            tuple(self.terms.subject(item) for item in subjects.one_or_many()),
            tuple(self._statement(item) for item in statements.elements("a list under `po`")),
            self._graphs(entries, node),
            node.location,
        )

    def _sources(self, mapping: str, node: YamlNode) -> tuple[str, ...]:
        names = []
        items = node.one_or_many()
        for number, item in enumerate(items, start=1):
            if item.is_text:
                names.append(item.text())
                continue
            name = mapping if len(items) == 1 else f"{mapping}-{number}"
            self.inline(read_source(name, item))
            names.append(name)
        return tuple(names)

    def _graphs(self, entries: Entries, node: YamlNode) -> tuple[str, ...]:
        graphs = _one_of(entries, _GRAPHS, node)
        if graphs is None:
            return ()
        return tuple(self.terms.iri(item, "the IRI of a graph") for item in graphs.one_or_many())

    def _statement(self, node: YamlNode) -> PredicateObjects:
        if node.is_list:
            return self._short_statement(node)
        _refuse_conditions(node)
        entries = node.known_entries((*_PREDICATES, *_OBJECTS, *_GRAPHS), "A predicate-object")
        predicate_node = _one_of(entries, _PREDICATES, node)
        object_node = _one_of(entries, _OBJECTS, node)
        if predicate_node is None or object_node is None:
            raise node.error("A predicate-object needs both `p` and `o`.")
        predicates = tuple(self.terms.predicate(item) for item in predicate_node.one_or_many())
        is_class = predicates == (ConstantValue(Iri(RDF_TYPE)),)
        items = object_node.one_or_many()
        _refuse_mixed(items)
        objects = tuple(self._object(item, is_class) for item in items)
        return PredicateObjects(predicates, objects, self._graphs(entries, node), node.location)

    def _short_statement(self, node: YamlNode) -> PredicateObjects:
        items = node.elements()
        if len(items) not in (2, 3):
            raise node.error(
                "The short form is [predicate, object] or [predicate, object, datatype]."
            )
        predicates = tuple(self.terms.predicate(item) for item in items[0].one_or_many())
        is_class = predicates == (ConstantValue(Iri(RDF_TYPE)),)
        object_nodes = items[1].one_or_many()
        if len(items) == 3:
            datatype, language = self.terms.datatype_or_language(items[2])
            objects: tuple[ObjectValue, ...] = tuple(
                self.terms.literal(item, datatype, language) for item in object_nodes
            )
        else:
            objects = tuple(self._object(item, is_class) for item in object_nodes)
        return PredicateObjects(predicates, objects, (), node.location)

    def _object(self, node: YamlNode, is_class: bool) -> ObjectValue:
        if node.is_text:
            return self.terms.object(node, is_class=is_class)
        if node.is_list:
            items = node.elements()
            if len(items) == 1:
                return self.terms.object(items[0], is_class=is_class)
            if len(items) != 2:
                raise node.error("An object in a list is [value] or [value, datatype].")
            return self.terms.literal(items[0], *self.terms.datatype_or_language(items[1]))
        return self._long_object(node, is_class)

    def _long_object(self, node: YamlNode, is_class: bool) -> ObjectValue:
        entries = node.entries("an object")
        if "function" in entries:
            raise entries["function"][0].error(
                "Functions are not run in a mapping.", "Write the expression in a view's SQL."
            )
        entries = node.known_entries(_OBJECT_KEYS, "An object")
        if "mapping" in entries:
            return self._join(node, entries)
        if "value" not in entries:
            raise node.error("An object needs `value` or `mapping`.")
        value = entries["value"][1]
        kind = entries["type"][1].text("a type") if "type" in entries else None
        if kind == "iri":
            return self.terms.iri_value(value)
        if kind not in (None, "literal"):
            raise entries["type"][1].error("The type of an object is `iri` or `literal`.")
        if "datatype" in entries and "language" in entries:
            raise node.error("An object has a datatype or a language, not both.")
        if "datatype" in entries:
            return self.terms.literal(
                value, self.terms.iri(entries["datatype"][1], "a datatype"), ""
            )
        if "language" in entries:
            tag = entries["language"][1]
            language = self.terms.language(tag.text("a language").removesuffix("~lang"), tag)
            return self.terms.literal(value, RDF_LANG_STRING, language)
        if kind == "literal":
            return self.terms.literal(value, XSD_STRING, "")
        return self.terms.object(value, is_class=is_class)

    def _join(self, node: YamlNode, entries: Entries) -> JoinValue:
        extra = set(entries) - {"mapping", "condition"}
        if extra:
            raise node.error(f"An object with `mapping` cannot have {sorted(extra)[0]!r} too.")
        mapping = entries["mapping"][1].text("the name of a mapping")
        conditions: tuple[JoinCondition, ...] = ()
        if "condition" in entries:
            items = entries["condition"][1].one_or_many()
            conditions = tuple(self._condition(item) for item in items)
        return JoinValue(mapping, conditions, entries["mapping"][1].location)

    def _condition(self, node: YamlNode) -> JoinCondition:
        entries = node.known_entries(("function", "parameters"), "A condition")
        for key in ("function", "parameters"):
            if key not in entries:
                raise node.error(f"A condition needs `{key}`.")
        function = entries["function"][1]
        if function.text("a function") not in ("equal", "idlab-fn:equal"):
            raise function.error("A join can only compare by `equal`.", "Use a view for the rest.")
        found: dict[str, Reference] = {}
        for parameter in entries["parameters"][1].elements("a list of parameters"):
            name, reference = self._parameter(parameter)
            found[name] = reference
        if set(found) != {"str1", "str2"}:
            raise node.error("The parameters of `equal` are str1 (this row) and str2 (the other).")
        return JoinCondition(found["str1"], found["str2"])

    def _parameter(self, node: YamlNode) -> tuple[str, Reference]:
        items = node.elements("[str1, $(column)]")
        if len(items) not in (2, 3):
            raise node.error("A parameter is [str1, $(column)] or [str2, $(column)].")
        name = items[0].text("str1 or str2")
        if len(items) == 3:
            side = items[2].text("s or o")
            if side not in ("s", "o"):
                raise items[2].error("The third part of a parameter is s (this row) or o (other).")
            name = "str1" if side == "s" else "str2"
        parts = template(items[1].text("a reference"), items[1])
        if len(parts) != 1 or not isinstance(parts[0], Reference):
            raise items[1].error("A parameter of a join is one reference such as $(id).")
        return name, parts[0]


def _refuse_mixed(items: tuple[YamlNode, ...]) -> None:
    """`o: [$(x), xsd:decimal]` means two objects in YARRRML, hardly ever what is meant."""
    if len(items) != 2 or not all(item.is_text for item in items):
        return
    second = items[1].text()
    if second.startswith("xsd:") or second.endswith("~lang"):
        raise items[1].error(
            f"{second!r} would be a second object here, not a datatype or language.",
            "Write o: [[value, datatype]], or {value: ..., datatype: ...}.",
        )


def _refuse_conditions(node: YamlNode) -> None:
    for name, (key, _value) in node.entries().items():
        if name in _REFUSED:
            raise key.error(f"`{name}` is not run in a mapping.", "Put the filter in a view's SQL.")


def _one_of(entries: Entries, names: tuple[str, ...], node: YamlNode) -> YamlNode | None:
    present = [name for name in names if name in entries]
    if len(present) > 1:
        raise node.error(f"`{present[0]}` and `{present[1]}` mean the same; give one.")
    return entries[present[0]][1] if present else None


def check_names(rules: tuple[Rule, ...], relations: frozenset[str]) -> None:
    """Every source and joined mapping that a rule names exists; MappingError with a close match."""
    mappings = {rule.name for rule in rules}
    for rule in rules:
        for source in rule.sources:
            if source not in relations:
                raise MappingError(
                    f"The mapping {rule.name!r} reads {source!r}, which is no source or view.",
                    location=rule.location,
                    way_out=did_you_mean(source, relations),
                )
        joins = (o for s in rule.statements for o in s.objects if isinstance(o, JoinValue))
        for join in joins:
            if join.mapping not in mappings:
                raise MappingError(
                    f"The mapping {rule.name!r} joins with {join.mapping!r}, which does not exist.",
                    location=join.location,
                    way_out=did_you_mean(join.mapping, mappings),
                )
