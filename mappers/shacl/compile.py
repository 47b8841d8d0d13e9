"""Shapes and a version compiled to checks (set at a time, one a shape, path and component)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mappers.published import Version
from mappers.rdf import Iri
from mappers.shacl.checks import Check, compile_check
from mappers.shacl.model import Constraint, Shape, Shapes
from mappers.shacl.rows import Rows, constants, instances, matching, path_rows
from mappers.shacl.selections import value_nodes


@dataclass(frozen=True, slots=True)
class Refused:
    """What is left to pySHACL: constraints of a shape on its focus nodes, and why.

    The parameter "property" stands for all property shapes below.
    """

    root: Shape
    shape: Shape
    parameters: tuple[str, ...]
    reason: str
    focus: tuple[Rows, ...]


@dataclass(frozen=True, slots=True)
class Compiler:
    """A version and its shapes; `closure` maps each class to itself and all of its subclasses."""

    version: Version
    shapes: Shapes
    closure: dict[str, frozenset[str]]
    limit: int

    def focus(self, shape: Shape) -> list[Rows]:
        """The focus nodes of a shape's targets (SHACL, section 2.1.3)."""
        found: list[Rows] = []
        fixed = [target.term for target in shape.targets if target.kind == "node"]
        if fixed:
            found.append(constants(fixed))
        for target in shape.targets:
            if not isinstance(target.term, Iri):
                continue
            if target.kind == "class":
                found.extend(self.members(target.term))
            elif target.kind == "subjectsOf":
                rows = matching(self.version, None, target.term, None)
                found.extend(replace(one, object=one.subject) for one in rows)
            elif target.kind == "objectsOf":
                rows = matching(self.version, None, target.term, None)
                found.extend(replace(one, subject=one.object) for one in rows)
        return found

    def members(self, name: Iri) -> list[Rows]:
        """The instances of a class and its subclasses."""
        classes = self.closure.get(name.value, frozenset([name.value]))
        return instances(self.version, sorted(classes))

    def checks(
        self, root: Shape, shape: Shape, focus: list[Rows], above: tuple[str, ...] = ()
    ) -> Iterator[Check | Refused]:
        """All checks of a shape and of the property shapes below it."""
        if shape.deactivated or not focus:
            return
        if shape.label in above:
            reason = "the shapes refer to each other in a ring"
            yield Refused(root, shape, _all_parameters(shape), reason, tuple(focus))
            return
        if shape.path is not None and shape.path.steps is None:
            reason = "its path is more than a sequence of predicates"
            yield Refused(root, shape, _all_parameters(shape), reason, tuple(focus))
            return
        pairs = focus if shape.path is None else path_rows(self.version, shape.path, focus)
        for constraint in shape.constraints:
            if constraint.reason:
                parameters = (constraint.parameter,)
                yield Refused(root, shape, parameters, constraint.reason, tuple(focus))
            else:
                yield self._check(root, shape, constraint, focus, pairs)
        if not shape.properties:
            return
        below = focus if shape.path is None else value_nodes(pairs, focus)
        for label in shape.properties:
            child = self.shapes.shape(label)
            yield from self.checks(root, child, below, (*above, shape.label))

    def _check(
        self,
        root: Shape,
        shape: Shape,
        constraint: Constraint,
        focus: list[Rows],
        pairs: list[Rows],
    ) -> Check:
        members: list[Rows] = []
        if constraint.parameter == "class":
            name = constraint.values[0]
            members = self.members(name) if isinstance(name, Iri) else []
        return compile_check(root, shape, constraint, focus, pairs, members, self.limit)


def _all_parameters(shape: Shape) -> tuple[str, ...]:
    below = ("property",) if shape.properties else ()
    return (*dict.fromkeys(constraint.parameter for constraint in shape.constraints), *below)


def closure(subclasses: set[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Each class that has subclasses, with itself and all of them."""
    below: dict[str, set[str]] = {}
    for one, other in subclasses:
        below.setdefault(other, set()).add(one)
    found: dict[str, frozenset[str]] = {}
    for name in below:
        seen: set[str] = {name}
        waiting = [name]
        while waiting:
            new = below.get(waiting.pop(), set()) - seen
            seen |= new
            waiting.extend(new)
        found[name] = frozenset(seen)
    return found


def is_root(shape: Shape) -> bool:
    """Whether a shape has targets and is active."""
    return bool(shape.targets) and not shape.deactivated
