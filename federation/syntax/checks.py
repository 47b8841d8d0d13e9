"""What a projection may say (SPARQL 1.1, sections 11.4, 18.2.1 and 19.8, notes 12 and 13)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from federation.algebra import Aggregate, Expression, SortKey, Variable
from federation.syntax.expressions import AGGREGATE_VARIABLE, ExpressionParser
from federation.syntax.rewrite import rewrite_expression
from federation.syntax.scope import expression_variables
from federation.syntax.solution import Modifiers


def check_selected(
    parser: ExpressionParser,
    modifiers: Modifiers,
    scope: Mapping[Variable, None],
    starts: Sequence[int],
) -> None:
    """Raise QuerySyntaxError where `AS` names a variable that is in use already."""
    taken = dict(scope)
    taken.update((variable, None) for variable, _ in modifiers.keys)
    for (variable, expression), start in zip(modifiers.selected, starts, strict=True):
        if expression is not None and variable in taken:
            raise parser.wrong(f"SELECT cannot set {variable} by AS: it is already in use.", start)
        taken[variable] = None


def check_projection(parser: ExpressionParser, modifiers: Modifiers, starts: Sequence[int]) -> None:
    """Raise QuerySyntaxError where a grouped query projects a variable that is no key."""
    if not modifiers.grouped and not modifiers.aggregates:
        return
    known = {variable for variable, _ in modifiers.keys}
    for (variable, expression), start in zip(modifiers.selected, starts, strict=True):
        used = (variable,) if expression is None else tuple(expression_variables(expression))
        for name in used:
            if name not in known and not name.name.startswith(AGGREGATE_VARIABLE):
                raise parser.wrong(
                    f"{name} is projected but neither grouped by nor inside an aggregate.", start
                )
        known.add(variable)


def sampled(parser: ExpressionParser, modifiers: Modifiers) -> None:
    """Put SAMPLE around ungrouped variables of HAVING and ORDER BY (section 18.2.4.1)."""
    if not modifiers.grouped and not modifiers.aggregates:
        return
    keys = {variable for variable, _ in modifiers.keys}
    if modifiers.having is not None:
        modifiers.having = _sampled(parser, modifiers, modifiers.having, keys)
    # Order comes after SELECT, whose names it sees.
    seen = keys | {variable for variable, _ in modifiers.selected}
    modifiers.order = [
        SortKey(_sampled(parser, modifiers, key.expression, seen), key.descending)
        for key in modifiers.order
    ]


def _sampled(
    parser: ExpressionParser, modifiers: Modifiers, expression: Expression, known: set[Variable]
) -> Expression:
    def replace(node: Expression) -> Expression | None:
        if (
            isinstance(node, Variable)
            and node not in known
            and not node.name.startswith(AGGREGATE_VARIABLE)
        ):
            return parser.collect(Aggregate("SAMPLE", node), modifiers.aggregates)
        return None

    return rewrite_expression(expression, replace)
