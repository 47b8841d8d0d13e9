"""Query forms and solution modifiers (SPARQL 1.1, sections 15 and 16; rules 1 to 30)."""

from __future__ import annotations

from federation.algebra import (
    Ask,
    Bgp,
    Construct,
    DatasetClause,
    Describe,
    Expression,
    Form,
    Pattern,
    Query,
    Select,
    SortKey,
    TriplePattern,
    Variable,
)
from federation.syntax.checks import check_projection, check_selected, sampled
from federation.syntax.limits import Limits
from federation.syntax.patterns import EMPTY, PatternParser, ReadGroup, ReadSelect
from federation.syntax.solution import Modifiers, apply_modifiers, conjunction
from federation.syntax.source import Source
from federation.syntax.terms import IRI_START
from federation.syntax.tokens import Tokens
from federation.syntax.triples import TRIPLE_START
from federation.syntax.vocabulary import UPDATE_FORMS
from mappers.errors import QueryUnsupportedError
from mappers.rdf import Iri


class QueryParser(PatternParser):
    """Reads a whole query."""

    def __init__(self, source: Source, tokens: Tokens, limits: Limits, base: str | None) -> None:
        super().__init__(source, tokens, limits, base)
        self._key_count = 0

    def query(self) -> Query:
        """A query and nothing after it (rules 1 and 2)."""
        self.prologue()
        kind = self.kinds[self.at]
        dataset = DatasetClause()
        form: Form
        if kind == "SELECT":
            read, dataset = self._select(top_level=True)
            form = Select(read.pattern, read.variables)
        elif kind == "CONSTRUCT":
            form, dataset = self._construct()
        elif kind == "DESCRIBE":
            form, dataset = self._describe()
        elif kind == "ASK":
            self.at += 1
            dataset = self._dataset()
            form = Ask(self._where_and_modifiers()[0])
        elif kind in UPDATE_FORMS:
            raise QueryUnsupportedError(
                f"{kind} is SPARQL Update; Bygraf is read-only and answers queries only.",
                location=self.location(),
            )
        else:
            raise self.unexpected("SELECT", "CONSTRUCT", "DESCRIBE", "ASK")
        self.expect("END")
        return Query(form, dataset, self.base, tuple(self.prefixes.items()))

    # --- forms --------------------------------------------------------------------------------

    def sub_select(self) -> ReadSelect:
        """A SELECT within a group (rule 8)."""
        return self._select(top_level=False)[0]

    def _select(self, *, top_level: bool) -> tuple[ReadSelect, DatasetClause]:
        modifiers = Modifiers()
        self.expect("SELECT")
        modifiers.distinct = self.accept("DISTINCT")
        modifiers.reduced = not modifiers.distinct and self.accept("REDUCED")
        self.aggregates = modifiers.aggregates
        starts: list[int] = []
        star = self.kinds[self.at] == "*"
        star_start = self.starts[self.at]
        if star:
            self.at += 1
        else:
            self._select_items(modifiers, starts)
        self.aggregates = None
        dataset = self._dataset() if top_level else DatasetClause()
        where = self._where()
        self._modifiers(modifiers, where)
        scope = dict(where.scope)
        if modifiers.values is not None:
            scope.update(dict.fromkeys(modifiers.values.variables))
        if star:
            if modifiers.grouped or modifiers.aggregates:
                raise self.wrong("SELECT * cannot stand with GROUP BY or an aggregate.", star_start)
            modifiers.projected = tuple(scope)
        else:
            check_selected(self, modifiers, scope, starts)
            check_projection(self, modifiers, starts)
            modifiers.projected = tuple(dict.fromkeys(name for name, _ in modifiers.selected))
        sampled(self, modifiers)
        pattern = apply_modifiers(where.filtered(), modifiers)
        return ReadSelect(pattern, modifiers.projected), dataset

    def _select_items(self, modifiers: Modifiers, starts: list[int]) -> None:
        while True:
            kind = self.kinds[self.at]
            if kind == "VAR":
                starts.append(self.starts[self.at])
                modifiers.selected.append((self.variable(), None))
            elif kind == "(":
                self.at += 1
                expression = self.expression()
                self.expect("AS")
                starts.append(self.starts[self.at])
                modifiers.selected.append((self.variable(), expression))
                self.expect(")")
            elif modifiers.selected:
                return
            else:
                raise self.unexpected("a variable", "'(' expression AS variable ')'", "'*'")

    def _construct(self) -> tuple[Construct, DatasetClause]:
        self.expect("CONSTRUCT")
        if self.kinds[self.at] == "{":
            template = self._template()
            dataset = self._dataset()
            pattern, _ = self._where_and_modifiers()
            return Construct(template, pattern), dataset
        dataset = self._dataset()
        self.expect("WHERE")
        self.in_template = True
        template = self._template()
        self.in_template = False
        where = ReadGroup(Bgp(template) if template else EMPTY, None, self.scope)
        modifiers = Modifiers()
        self._modifiers(modifiers, where)
        sampled(self, modifiers)
        return Construct(template, apply_modifiers(where.pattern, modifiers)), dataset

    def _template(self) -> tuple[TriplePattern, ...]:
        """`{ triples }` without paths (rules 72 to 74)."""
        self.in_template = True
        self.expect("{")
        if self.kinds[self.at] in TRIPLE_START:
            self.triples_block()
        if self.kinds[self.at] != "}":
            raise self.unexpected("a triple", "'}'")
        self.at += 1
        self.in_template = False
        triples, self.triples = self.triples, []
        return tuple(triple for triple in triples if isinstance(triple, TriplePattern))

    def _describe(self) -> tuple[Describe, DatasetClause]:
        self.expect("DESCRIBE")
        terms: list[Iri | Variable] = []
        star = self.accept("*")
        if not star:
            terms.append(self.variable_or_iri())
            while self.kinds[self.at] == "VAR" or self.kinds[self.at] in IRI_START:
                terms.append(self.variable_or_iri())
        dataset = self._dataset()
        pattern: Pattern = EMPTY
        scope: dict[Variable, None] = {}
        if self.kinds[self.at] in ("WHERE", "{"):
            pattern, scope = self._where_and_modifiers()
        else:
            modifiers = Modifiers()
            self._modifiers(modifiers, ReadGroup(EMPTY, None, scope))
            sampled(self, modifiers)
            pattern = apply_modifiers(EMPTY, modifiers)
        if star:
            terms = list(scope)
        return Describe(tuple(dict.fromkeys(terms)), pattern), dataset

    def _where_and_modifiers(self) -> tuple[Pattern, dict[Variable, None]]:
        """Pattern and modifiers of a form without projection, and the variables in scope."""
        where = self._where()
        modifiers = Modifiers()
        self._modifiers(modifiers, where)
        sampled(self, modifiers)
        return apply_modifiers(where.filtered(), modifiers), where.scope

    def _dataset(self) -> DatasetClause:
        """FROM and FROM NAMED (rule 13)."""
        default: list[Iri] = []
        named: list[Iri] = []
        while self.accept("FROM"):
            (named if self.accept("NAMED") else default).append(self.iri())
        return DatasetClause(tuple(default), tuple(named))

    def _where(self) -> ReadGroup:
        found = self.accept("WHERE")
        if self.kinds[self.at] != "{":
            raise self.unexpected(*(("'{'",) if found else ("WHERE", "'{'")))
        return self.group()

    # --- modifiers ----------------------------------------------------------------------------

    def _modifiers(self, modifiers: Modifiers, where: ReadGroup) -> None:
        """GROUP BY, HAVING, ORDER BY, LIMIT and OFFSET, then VALUES (rules 18 to 28)."""
        if self.accept("GROUP"):
            self.expect("BY")
            modifiers.grouped = True
            self._group_keys(modifiers, where)
        self.aggregates = modifiers.aggregates
        if self.accept("HAVING"):
            modifiers.having = self.constraint()
            while self.begins_constraint():
                modifiers.having = conjunction(modifiers.having, self.constraint())
        if self.accept("ORDER"):
            self.expect("BY")
            self._order(modifiers)
        self.aggregates = None
        self._slice(modifiers)
        if self.kinds[self.at] == "VALUES":
            modifiers.values = self.values_clause()

    def _group_keys(self, modifiers: Modifiers, where: ReadGroup) -> None:
        while True:
            kind = self.kinds[self.at]
            if kind == "VAR":
                modifiers.keys.append((self.variable(), None))
            elif kind == "(":
                self.at += 1
                expression = self.expression()
                variable = self._key_variable()
                if self.accept("AS"):
                    start = self.starts[self.at]
                    variable = self.variable()
                    if variable in where.scope or variable in dict(modifiers.keys):
                        raise self.wrong(
                            f"GROUP BY cannot name {variable}, which is already in use.", start
                        )
                self.expect(")")
                modifiers.keys.append((variable, expression))
            elif self.begins_constraint():
                modifiers.keys.append((self._key_variable(), self.constraint()))
            elif modifiers.keys:
                return
            else:
                raise self.unexpected("a variable", "'('", "a function")

    def _key_variable(self) -> Variable:
        self._key_count += 1
        return Variable(f".key{self._key_count - 1}")

    def _order(self, modifiers: Modifiers) -> None:
        while True:
            kind = self.kinds[self.at]
            expression: Expression
            if kind in ("ASC", "DESC"):
                self.at += 1
                expression = self.bracketed()
            elif kind == "VAR":
                expression = self.variable()
            elif self.begins_constraint():
                expression = self.constraint()
            elif modifiers.order:
                return
            else:
                raise self.unexpected("a variable", "ASC", "DESC", "'('", "a function")
            modifiers.order.append(SortKey(expression, kind == "DESC"))

    def _slice(self, modifiers: Modifiers) -> None:
        seen: set[str] = set()
        while (kind := self.kinds[self.at]) in ("LIMIT", "OFFSET"):
            if kind in seen:
                raise self.wrong(f"{kind} is given twice.")
            seen.add(kind)
            self.at += 1
            number = self.values[self.at]
            if self.kinds[self.at] != "NUMBER" or not number.isdigit():
                raise self.unexpected("a whole number")
            if len(number) > 18:
                raise self.wrong(f"{kind} is larger than any answer can be.")
            self.at += 1
            if kind == "LIMIT":
                modifiers.limit = int(number)
            else:
                modifiers.offset = int(number)
