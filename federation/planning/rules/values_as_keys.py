"""VALUES are joined by the columns of what they are joined with, not by the text of IRIs.

    VALUES ?stop { <.../stop/7> <.../stop/8> <.../line/1> } ?call gtfs:stop ?stop
                                      two values, '7' and '8', of the template's column

Where all terms that the other side can have are of one template, an IRI that is not joins nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from federation.planning.domains import Domains, domains, shape_of
from federation.planning.plan import Empty, Inline, Join, Plan, rebuilt, variables_of
from mappers.published import TemplateTerm, columns_of
from mappers.rdf import Iri
from mappers.unfolding import invert_template, is_injective


def values_as_keys(plan: Plan) -> Plan:
    """Give the IRIs of VALUES the templates of what they are joined with."""
    plan = rebuilt(plan, values_as_keys)
    if not isinstance(plan, Join) or not any(isinstance(one, Inline) for one in plan.children):
        return plan
    others = [domains(part) for part in plan.children if not isinstance(part, Inline)]
    parts = tuple(
        _keyed(part, others) if isinstance(part, Inline) else part for part in plan.children
    )
    if any(isinstance(part, Inline) and not part.rows for part in parts):
        return Empty(variables_of(plan))
    return Join(parts)


def _keyed(inline: Inline, others: Sequence[Domains]) -> Inline:
    """Inline data, without the rows that join nothing, and with the templates of the others."""
    rows, templates = inline.rows, dict(inline.templates)
    for index, name in enumerate(inline.variables):
        template = _template(name, others)
        if template is None or any(row[index] is None for row in rows):
            continue
        rows = tuple(
            row
            for row in rows
            if isinstance(value := row[index], Iri)
            and invert_template(template, value.value) is not None
        )
        templates[name] = template
    return replace(inline, rows=rows, templates=tuple(templates.items()))


def _template(name: str, others: Sequence[Domains]) -> TemplateTerm | None:
    """The one template that makes all terms of a variable, if its columns tell them apart."""
    for known in others:
        terms = [value.term for value in known.get(name, ())]
        if len({shape_of(term) for term in terms}) != 1:
            continue
        term = terms[0]
        if isinstance(term, TemplateTerm) and term.kind == "iri" and columns_of(term):
            return term if is_injective(term) else None
    return None
