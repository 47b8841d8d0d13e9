"""What a bench run has measured, kept as a file from which `docs/performance.md` is made."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path("build") / "bench" / "figures"


@dataclass(frozen=True, slots=True)
class Aim:
    """One figure that was aimed at: what it is, what was measured, and whether that is enough."""

    aim: str
    measured: str
    met: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """A table of measurements with what it means.

    `title` is the section's heading, `text` one or more paragraphs of Markdown: what is measured,
    over what data, beside whom, and how to repeat it. `rows` have a cell for each of `columns`.
    `skipped` are peers that could not be had, each with the reason. `remarks` follow the table.
    """

    title: str
    text: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    aims: tuple[Aim, ...] = ()
    skipped: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


def record(name: str, figures: Figures) -> Path:
    """Write figures below `build/bench/figures`, with the number of cores; returns the file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{name}.json"
    content = {"cores": os.cpu_count(), **asdict(figures)}
    file.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return file
