"""Templates, prefixed names and shortcuts: the text of a YARRRML value as a term expression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from mappers.mapping import (
    ConstantValue,
    IriTemplateValue,
    LiteralValue,
    ObjectValue,
    Part,
    Reference,
    SubjectValue,
    WholeIriValue,
)
from mappers.rdf import RDF_LANG_STRING, RDF_TYPE, XSD_STRING, Iri, Literal
from mappers.suggest import did_you_mean
from mappers.yarrrml.nodes import YamlNode
from mappers.yarrrml.prefixes import SCHEMES

_PREFIXED: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*|):(?!//)")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|\\^`]')
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_TOKEN: Final = re.compile(r"\\([\\$()])|\$\(((?:\\.|[^\\)])*)\)|(\$\()")


@dataclass(frozen=True, slots=True)
class TermReader:
    """Reads values with the prefixes of one mapping file."""

    prefixes: Mapping[str, str]

    def subject(self, node: YamlNode) -> SubjectValue:
        """An IRI, an IRI template, a whole-IRI reference or a blank node template (`_:x-$(id)`)."""
        text = node.text("a subject such as base:id/thing/$(id)")
        if text.endswith("~iri"):
            text = text[: -len("~iri")]
        if text.startswith("_:"):
            return IriTemplateValue(template(text[2:], node, 2), blank=True)
        return self._iri(text, node)

    def predicate(self, node: YamlNode) -> SubjectValue:
        """`a`, an IRI or an IRI template."""
        text = node.text("a predicate")
        if text == "a":
            return ConstantValue(Iri(RDF_TYPE))
        if text.endswith("~iri"):
            text = text[: -len("~iri")]
        return self._iri(text, node)

    def iri(self, node: YamlNode, what: str) -> str:
        """A constant IRI."""
        value = self._iri(node.text(what), node)
        if isinstance(value, ConstantValue) and isinstance(value.term, Iri):
            return value.term.value
        raise node.error(f"Here must be {what}, without references.")

    def object(self, node: YamlNode, *, is_class: bool = False) -> ObjectValue:
        """The object of the short form: an IRI by `~iri`, after `a`, or as a bare prefixed name."""
        text = node.text("an object")
        if text.endswith("~iri"):
            return self._iri(text[: -len("~iri")], node)
        if is_class:
            return self._iri(text, node)
        if text.endswith("~lang"):
            raise node.error(
                f"{text!r} is a language and stands as an object of its own.",
                "A value with a language is a list of its own: [$(column), de~lang].",
            )
        parts = template(text, node)
        named = self._prefix_of(text) is not None
        if named and not any(isinstance(part, Reference) for part in parts):
            return self._iri(text, node)
        if named:
            raise node.error(
                f"{text!r} begins with a prefix but is not marked as an IRI.",
                "Add `~iri`, or write {value: ..., type: literal} for a text.",
            )
        return self.literal(node, XSD_STRING, "")

    def iri_value(self, node: YamlNode) -> ObjectValue:
        """The value of the long form with `type: iri`."""
        text = node.text("an IRI")
        return self._iri(text.removesuffix("~iri"), node)

    def literal(self, node: YamlNode, datatype: str, language: str) -> ObjectValue:
        """A literal; a constant one if the text has no reference."""
        parts = template(node.text("a value"), node)
        if any(isinstance(part, Reference) for part in parts):
            return LiteralValue(parts, datatype, language)
        return ConstantValue(Literal("".join(map(str, parts)), datatype, language))

    def datatype_or_language(self, node: YamlNode) -> tuple[str, str]:
        """(datatype, language) from `xsd:decimal` or `de~lang`."""
        text = node.text("a datatype or a language such as de~lang")
        if text.endswith("~lang"):
            return RDF_LANG_STRING, self.language(text[: -len("~lang")], node)
        return self.iri(node, "a datatype"), ""

    def language(self, text: str, node: YamlNode) -> str:
        """A language tag in lower case (RDF 1.1 Concepts, section 3.3)."""
        if not _LANGUAGE.fullmatch(text):
            raise node.error(f"{text!r} is not a language tag.", "Write for example de~lang.")
        return text.lower()

    def _prefix_of(self, text: str) -> str | None:
        match = _PREFIXED.match(text)
        return match[1] if match and match[1] in self.prefixes else None

    def _iri(self, text: str, node: YamlNode) -> SubjectValue:
        if text.startswith("<") and text.endswith(">"):
            text = text[1:-1]
        parts = template(text, node)
        if len(parts) == 1 and isinstance(parts[0], Reference):
            return WholeIriValue(parts[0])
        if not parts or not isinstance(parts[0], str):
            raise node.error(
                f"The IRI {text!r} begins with a reference, so its beginning is unknown.",
                "Begin with a prefix such as base:, or use one reference that is a whole IRI.",
            )
        expanded = (self._expand(parts[0], node), *parts[1:])
        for part in expanded:
            if isinstance(part, str) and (bad := _NOT_IN_IRI.search(part)):
                raise node.error(
                    f"{bad[0]!r} cannot stand in an IRI.", "Percent-encode it, for example %20."
                )
        if not any(isinstance(part, Reference) for part in expanded):
            return ConstantValue(Iri("".join(map(str, expanded))))
        return IriTemplateValue(expanded)

    def _expand(self, text: str, node: YamlNode) -> str:
        prefix = self._prefix_of(text)
        if prefix is not None:
            return self.prefixes[prefix] + text[len(prefix) + 1 :]
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() in SCHEMES:
            return text
        if scheme:
            raise node.error(
                f"The prefix {scheme[1]!r} is not declared.", did_you_mean(scheme[1], self.prefixes)
            )
        raise node.error(f"{text!r} is not an absolute IRI.", "Begin with a prefix, such as base:.")


def template(text: str, node: YamlNode, shift: int = 0) -> tuple[Part, ...]:
    r"""Text and `$(column)` references; `\(`, `\)`, `\$` and `\\` stand for the sign itself."""
    parts: list[Part] = []
    pending = ""
    position = 0
    for token in _TOKEN.finditer(text):
        pending += text[position : token.start()]
        position = token.end()
        if token[1] is not None:
            pending += token[1]
            continue
        if token[3] is not None or not token[2]:
            raise node.error(f"The reference in {text!r} is empty or has no closing parenthesis.")
        if pending:
            parts.append(pending)
            pending = ""
        name = re.sub(r"\\(.)", r"\1", token[2])
        parts.append(Reference(name, node.at(token.start() + shift)))
    pending += text[position:]
    if pending:
        parts.append(pending)
    return tuple(parts)
