"""The licence of an answer over graphs of several licences.

An answer is taken for an adaptation of every graph that it used. It is lawful if one licence can
be put on it that keeps the conditions of each: a share-alike licence wants itself (or a later one
of its family) on the whole, a no-derivatives licence wants to stand alone, and a licence that
forbids commerce cannot go under one that does not. Doubt is a conflict: CC BY with ODbL is refused,
because the steward of the largest ODbL database asks for a waiver before it takes CC BY data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from federation.licences.table import NO_LICENCE, Condition, Licence, licence_by_key


@dataclass(frozen=True, slots=True)
class LicensedGraph:
    """A graph that an answer used, with the key of its licence (None or "unknown": not known)."""

    graph: str
    licence: str | None


@dataclass(frozen=True, slots=True)
class Duty:
    """What the receiver of an answer must do, and the graphs that ask for it."""

    condition: Condition
    graphs: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two licences that cannot stand in one answer, and why."""

    first: str
    second: str
    reason: str


@dataclass(frozen=True, slots=True)
class Combination:
    """What comes of putting graphs together.

    `licence` is the key of the answer's licence, None if there is no lawful one; then `conflicts`
    say why, and `largest_lawful` names the largest set of the graphs that can be put together.
    Without graphs there is nothing to license: `licence` is "CC0-1.0" and no duty is owed.
    """

    licence: str | None
    duties: tuple[Duty, ...]
    conflicts: tuple[Conflict, ...]
    largest_lawful: tuple[str, ...]

    @property
    def lawful(self) -> bool:
        """Whether the answer may be given."""
        return not self.conflicts

    @property
    def reason(self) -> str:
        """Why the answer may not be given, in sentences; empty if it may."""
        return " ".join(conflict.reason for conflict in self.conflicts)


def combine(graphs: Sequence[LicensedGraph]) -> Combination:
    """The licence and the duties of an answer over these graphs, or the reason why there is none.

    Order and repetition of graphs do not matter.
    """
    used = tuple(sorted(set(graphs), key=lambda item: (item.graph, item.licence or "")))
    conflicts = _conflicts(used)
    if conflicts:
        return Combination(None, (), conflicts, _largest_lawful(used))
    names = tuple(item.graph for item in used)
    if not used:
        return Combination("CC0-1.0", (), (), names)
    highest = max((_licence(item) for item in used), key=lambda licence: licence.rank)
    return Combination(highest.key, _duties(used), (), names)


def conflict_of(first: Licence, second: Licence) -> str | None:
    """Why two graphs of these licences cannot be in one answer; None if they can. Symmetric."""
    low, high = sorted((first, second), key=lambda licence: licence.rank)
    for licence, other in ((low, high), (high, low)):
        if not licence.derivatives:
            return (
                f"{licence.key} forbids to pass on what is made of the data, "
                f"so it cannot be combined with {other.key}."
            )
    for licence, other in ((low, high), (high, low)):
        if licence.share_alike:
            reason = _share_alike_conflict(licence, other)
            if reason:
                return reason
    return None


def _share_alike_conflict(licence: Licence, other: Licence) -> str | None:
    if other is NO_LICENCE:
        return (
            f"{licence.key} wants the answer under itself, which cannot be put on data "
            "without a known licence."
        )
    if other.share_alike and other.family != licence.family:
        return f"{licence.key} and {other.key} each want the whole answer under themselves."
    commercial = Condition.NON_COMMERCIAL not in licence.conditions
    if commercial and Condition.NON_COMMERCIAL in other.conditions:
        return f"{licence.key} allows commercial use of the whole, which {other.key} forbids."
    if licence.key == "ODbL-1.0" and other.key.startswith("CC-BY-"):
        return (
            f"{licence.key} lets technical locks be put on copies, which {other.key} forbids; "
            "without a waiver of the publisher they are not combined."
        )
    return None


def _licence(item: LicensedGraph) -> Licence:
    return licence_by_key(item.licence)


def _conflicts(used: Sequence[LicensedGraph]) -> tuple[Conflict, ...]:
    found: dict[tuple[str, str], Conflict] = {}
    for index, item in enumerate(used):
        for other in used[index + 1 :]:
            low, high = sorted((_licence(item), _licence(other)), key=lambda one: one.rank)
            reason = conflict_of(low, high)
            if reason:
                found.setdefault((low.key, high.key), Conflict(low.key, high.key, reason))
    return tuple(found[pair] for pair in sorted(found))


def _largest_lawful(used: Sequence[LicensedGraph]) -> tuple[str, ...]:
    """The largest conflict-free set of graphs; of equally large ones the one of the lowest ranks.

    Licences of one key that allow derivatives go together, so the choice is among sets of keys; it
    is a maximum clique over at most as many nodes as there are licences.
    """
    best: tuple[LicensedGraph, ...] = ()
    alone = [item for item in used if not _licence(item).derivatives]
    members: dict[str, tuple[LicensedGraph, ...]] = {}
    for item in used:
        licence = _licence(item)
        if licence.derivatives:
            members[licence.key] = (*members.get(licence.key, ()), item)
    keys = tuple(sorted(members, key=lambda key: licence_by_key(key).rank))
    for chosen in _cliques(keys, ()):
        graphs = tuple(item for key in chosen for item in members[key])
        if len(graphs) > len(best):
            best = graphs
    if not best and alone:
        best = (alone[0],)
    return tuple(sorted(item.graph for item in best))


def _cliques(keys: tuple[str, ...], chosen: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The sets of licence keys that may stand together and cannot be made larger from the left."""
    if not keys:
        return [chosen]
    head, rest = keys[0], keys[1:]
    licence = licence_by_key(head)
    clashing = [key for key in rest if conflict_of(licence, licence_by_key(key))]
    fits = all(conflict_of(licence, licence_by_key(key)) is None for key in chosen)
    with_head = _cliques(rest, (*chosen, head)) if fits else []
    # Leaving a licence out can only pay if something that is still to come clashes with it.
    without_head = _cliques(rest, chosen) if clashing or not fits else []
    return with_head + without_head


_TEXTS: Final[Mapping[Condition, str]] = MappingProxyType(
    {
        Condition.ATTRIBUTE: "Name the source.",
        Condition.NOTICE: "Keep the licence and copyright notices, with a link to the licence.",
        Condition.STATE_CHANGES: "Say that the data have been changed.",
        Condition.SHARE_ALIKE: "Pass on what you make of it under the licence of the answer only.",
        Condition.NON_COMMERCIAL: "Do not use it for commerce.",
        Condition.NO_DERIVATIVES: "Pass it on unchanged or not at all.",
        Condition.INTERNAL_USE: "Do not pass it on: no licence is known.",
    }
)


def _duties(used: Sequence[LicensedGraph]) -> tuple[Duty, ...]:
    duties = []
    for condition in Condition:
        graphs = tuple(item.graph for item in used if condition in _licence(item).conditions)
        if graphs:
            duties.append(Duty(condition, graphs, _TEXTS[condition]))
    return tuple(duties)
