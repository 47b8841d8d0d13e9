"""What a view keeps of the dependencies that publishing found between relations.

Publishing compares the columns that templates of one text name. A view keeps what publishing would
have found if nothing but the view's rules had been mapped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mappers.published import Counterpart, Relation, TripleRule, columns_of
from mappers.unfolding import Shape, template_shape

Place = tuple[str, tuple[str, ...]]
"""A relation's name and columns of it."""


@dataclass(frozen=True, slots=True)
class Places:
    """The places where rules name terms by templates that can be compared, and by which."""

    subjects: frozenset[tuple[Place, Shape]]
    shapes: Mapping[Place, tuple[Shape, ...]]

    def foreign_keys(self, relation: Relation) -> tuple[Counterpart, ...]:
        """The foreign keys from terms to subjects that the rules name alike."""
        return tuple(one for one in relation.foreign_keys if self._shapes(relation, one))

    def apart(self, relation: Relation) -> tuple[Counterpart, ...]:
        """The subjects apart of subjects that the rules name alike."""
        return tuple(
            one
            for one in relation.apart
            if any(
                ((relation.name, one.columns), shape) in self.subjects
                for shape in self._shapes(relation, one)
            )
        )

    def _shapes(self, relation: Relation, found: Counterpart) -> list[Shape]:
        """The shapes of terms of the relation that are subjects of the counterpart."""
        return [
            shape
            for shape in self.shapes.get((relation.name, found.columns), ())
            if ((found.relation, found.others), shape) in self.subjects
        ]


def places_of(rules: Iterable[TripleRule]) -> Places:
    """The places of rules of one version, whichever graphs they are of."""
    subjects: set[tuple[Place, Shape]] = set()
    shapes: dict[Place, dict[Shape, None]] = {}
    for rule in rules:
        for term, is_subject in ((rule.subject, True), (rule.object, False)):
            shape = template_shape(term)
            if shape is None:
                continue
            place = (rule.relation, columns_of(term))
            shapes.setdefault(place, {})[shape] = None
            if is_subject:
                subjects.add((place, shape))
    return Places(frozenset(subjects), {place: tuple(found) for place, found in shapes.items()})
