"""Prologue, IRIs, literals, variables and blank nodes (SPARQL 1.1, sections 4.1 and 19.8)."""

from __future__ import annotations

from typing import Final

from federation.algebra import Variable
from federation.syntax.cursor import Cursor
from federation.syntax.limits import Limits
from federation.syntax.source import Source
from federation.syntax.tokens import Tokens, local_value, string_value
from mappers.iris import is_absolute, resolve
from mappers.rdf import (
    RDF,
    RDF_LANG_STRING,
    RDF_TYPE,
    XSD_BOOLEAN,
    XSD_DECIMAL,
    XSD_DOUBLE,
    XSD_INTEGER,
    BlankNode,
    Iri,
    Literal,
)

TYPE: Final = Iri(RDF_TYPE)
NIL: Final = Iri(RDF + "nil")
FIRST: Final = Iri(RDF + "first")
REST: Final = Iri(RDF + "rest")

LITERAL_START: Final = frozenset(("STRING", "LONG", "NUMBER", "SIGNED", "TRUE", "FALSE"))
IRI_START: Final = frozenset(("IRIREF", "PNAME"))


class TermParser(Cursor):
    """Reads single terms; keeps prefixes, base, and which label stands for which blank node."""

    def __init__(self, source: Source, tokens: Tokens, limits: Limits, base: str | None) -> None:
        super().__init__(source, tokens, limits)
        self.base = base
        self.prefixes: dict[str, str] = {}
        self._names: dict[str, Iri] = {}
        self._variables: dict[str, Variable] = {}
        self.in_template = False
        self.block = 0
        self._blocks = 0
        self._labels: dict[tuple[bool, str], BlankNode] = {}
        self._label_blocks: dict[str, int] = {}
        self._blank_nodes = 0

    # --- prologue -----------------------------------------------------------------------------

    def prologue(self) -> None:
        """BASE and PREFIX declarations (rules 4 to 6)."""
        while True:
            kind = self.kinds[self.at]
            if kind == "BASE":
                self.at += 1
                self.base = self._iri_reference()
            elif kind == "PREFIX":
                self.at += 1
                name = self.values[self.at]
                if self.kinds[self.at] != "PNAME" or name.index(":") != len(name) - 1:
                    raise self.unexpected("a prefix that ends in ':'")
                self.at += 1
                self.prefixes[name[:-1]] = self._iri_reference()
                self._names.clear()
            else:
                return

    def _iri_reference(self) -> str:
        if self.kinds[self.at] != "IRIREF":
            raise self.unexpected("an IRI in angle brackets")
        return self.iri().value

    # --- IRIs, variables ----------------------------------------------------------------------

    def iri(self) -> Iri:
        """An IRI or prefixed name (rule 136)."""
        kind, text = self.kinds[self.at], self.values[self.at]
        if kind == "PNAME":
            name = self._names.get(text)
            if name is None:
                name = self._prefixed_name(text)
            self.at += 1
            return name
        if kind != "IRIREF":
            raise self.unexpected("an IRI")
        value = text[1:-1]
        if not is_absolute(value):
            if self.base is None:
                raise self.wrong(
                    f"The IRI {text} is relative and there is no BASE to resolve it against."
                )
            value = resolve(self.base, value)
        self.at += 1
        return Iri(value)

    def _prefixed_name(self, text: str) -> Iri:
        prefix, _, local = text.partition(":")
        namespace = self.prefixes.get(prefix)
        if namespace is None:
            raise self.wrong(f"The prefix '{prefix}:' is not declared; add PREFIX {prefix}: <...>.")
        name = Iri(namespace + local_value(local))
        self._names[text] = name
        return name

    def variable(self) -> Variable:
        """A variable (rule 108)."""
        if self.kinds[self.at] != "VAR":
            raise self.unexpected("a variable")
        name = self.values[self.at][1:]
        self.at += 1
        variable = self._variables.get(name)
        if variable is None:
            variable = self._variables[name] = Variable(name)
        return variable

    def variable_or_iri(self) -> Variable | Iri:
        """A variable or an IRI (rule 107)."""
        kind = self.kinds[self.at]
        if kind == "VAR":
            return self.variable()
        if kind in IRI_START:
            return self.iri()
        raise self.unexpected("a variable", "an IRI")

    # --- literals -----------------------------------------------------------------------------

    def literal(self) -> Literal:
        """A literal of any kind (rules 129 to 134)."""
        kind, text = self.kinds[self.at], self.values[self.at]
        if kind in ("STRING", "LONG"):
            return self._string_literal()
        if kind in ("NUMBER", "SIGNED"):
            self.at += 1
            return _number(text)
        if kind in ("TRUE", "FALSE"):
            self.at += 1
            return Literal(kind.lower(), XSD_BOOLEAN)
        raise self.unexpected("a literal")

    def _string_literal(self) -> Literal:
        lexical = self.string()
        kind = self.kinds[self.at]
        if kind == "TAG":
            language = self.values[self.at][1:].lower()
            self.at += 1
            return Literal(lexical, RDF_LANG_STRING, language)
        if kind == "^^":
            self.at += 1
            return Literal(lexical, self.iri().value)
        return Literal(lexical)

    def string(self) -> str:
        """A string without language or datatype (rule 135)."""
        kind = self.kinds[self.at]
        if kind not in ("STRING", "LONG"):
            raise self.unexpected("a string")
        value = string_value(kind, self.values[self.at])
        self.at += 1
        return value

    # --- blank nodes --------------------------------------------------------------------------

    def new_block(self) -> int:
        """Begin a basic graph pattern, the scope of blank node labels; gives its number."""
        self._blocks += 1
        self.block = self._blocks
        return self.block

    def new_blank_node(self) -> BlankNode:
        """A blank node with a label that no other in the query has."""
        node = BlankNode(f"b{self._blank_nodes}")
        self._blank_nodes += 1
        return node

    def labelled_blank_node(self) -> BlankNode:
        """A blank node label; one label stands in one basic graph pattern only (section 5.1.1)."""
        label = self.values[self.at]
        if not self.in_template:
            block = self._label_blocks.setdefault(label, self.block)
            if block != self.block:
                raise self.wrong(
                    f"The blank node label {label} is used in two basic graph patterns; "
                    "use a variable to join them."
                )
        self.at += 1
        key = (self.in_template, label)
        node = self._labels.get(key)
        if node is None:
            node = self._labels[key] = self.new_blank_node()
        return node


def _number(text: str) -> Literal:
    if "e" in text or "E" in text:
        return Literal(text, XSD_DOUBLE)
    return Literal(text, XSD_DECIMAL if "." in text else XSD_INTEGER)
