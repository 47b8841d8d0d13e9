"""The gate's report: for a clerk, for machines, and in short."""

from __future__ import annotations

from dataclasses import dataclass

from mappers.shacl.results import Cause, Checked, Engines, Fallback
from mappers.shacl.sentences import short
from mappers.shacl.turtle import report_turtle
from mappers.shacl.vocabulary import SH

_ORDER = {SH + "Violation": 0, SH + "Warning": 2, SH + "Info": 3}


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the gate found in a version.

    `checked` are the shapes with targets, `causes` the results by cause, `fallbacks` what ran in
    pySHACL, `engines` how many constraints were decided how.
    """

    shapes_file: str
    checked: tuple[Checked, ...]
    causes: tuple[Cause, ...]
    fallbacks: tuple[Fallback, ...]
    engines: Engines

    @property
    def conforms(self) -> bool:
        """Whether the data may be published: warnings and infos do not block."""
        return not any(cause.blocks for cause in self.causes)

    @property
    def nodes(self) -> int:
        """Focus nodes checked, each once a shape."""
        return sum(one.nodes for one in self.checked)

    def ordered(self) -> tuple[Cause, ...]:
        """The causes, the gravest and then the most frequent first."""
        return tuple(
            sorted(
                self.causes,
                key=lambda cause: (_ORDER.get(cause.severity, 1), -cause.count, cause.source),
            )
        )

    def to_text(self) -> str:
        """The report for a person: the verdict, a paragraph a cause, what was not checked."""
        blocking = sum(cause.count for cause in self.causes if cause.blocks)
        others = sum(cause.count for cause in self.causes if not cause.blocks)
        verdict = "passed" if self.conforms else "not passed"
        lines = [
            f"Gate {verdict}: {blocking:,} violations, {others:,} warnings and notes;"
            f" {self.nodes:,} nodes checked by {len(self.checked):,} shapes of {self.shapes_file}."
        ]
        for cause in self.ordered():
            lines.append("")
            lines.extend(_paragraph(cause))
        empty = [one.name or one.shape for one in self.checked if not one.nodes]
        if empty:
            lines += ["", "No data for these shapes, so nothing was checked: " + ", ".join(empty)]
        lines += ["", *self._engine_lines()]
        return "\n".join(lines).strip() + "\n"

    def _engine_lines(self) -> list[str]:
        done = self.engines
        lines = [
            f"Constraints: {done.mapping:,} hold by the mapping alone, {done.sql:,} checked in SQL,"
            f" {done.fallback:,} in pySHACL."
        ]
        for one in self.fallbacks:
            lines.append(
                f"  pySHACL, {one.triples:,} triples: sh:{one.parameter} of {one.shape}:"
                f" {one.reason}"
            )
        return lines

    def to_turtle(self) -> str:
        """The W3C validation report (SHACL, 3.6); any result makes its sh:conforms false."""
        return report_turtle(self.ordered())

    def summary(self) -> tuple[tuple[str, str], ...]:
        """Names and values for a manifest or a receipt."""
        return (
            ("conforms", "true" if self.conforms else "false"),
            ("shapes", str(len(self.checked))),
            ("shapes-without-data", str(sum(not one.nodes for one in self.checked))),
            ("focus-nodes", str(self.nodes)),
            ("violations", str(sum(c.count for c in self.causes if c.blocks))),
            ("warnings", str(sum(c.count for c in self.causes if not c.blocks))),
            ("constraints-by-mapping", str(self.engines.mapping)),
            ("constraints-in-sql", str(self.engines.sql)),
            ("constraints-in-pyshacl", str(self.engines.fallback)),
        )


def _paragraph(cause: Cause) -> list[str]:
    level = short_severity(cause.severity)
    lines = [f"{level}, {cause.count:,} times: {cause.sentence}"]
    for result in cause.samples:
        value = "" if result.value is None else f": {short(result.value)}"
        place = f" [{result.place}]" if result.place else ""
        lines.append(f"  {result.focus}{value}{place}")
    if cause.count > len(cause.samples):
        lines.append(f"  and {cause.count - len(cause.samples):,} more")
    return lines


def short_severity(severity: str) -> str:
    """A severity as a word."""
    return severity.removeprefix(SH)
