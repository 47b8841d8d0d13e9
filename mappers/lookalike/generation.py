"""Writing the whole lookalike city, from a seed, into a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from mappers.errors import UsageError
from mappers.lookalike.areas import write_areas
from mappers.lookalike.culture import write_culture
from mappers.lookalike.education import write_education
from mappers.lookalike.environment import write_environment
from mappers.lookalike.finance import write_finance
from mappers.lookalike.housing import write_housing
from mappers.lookalike.permits import write_permits
from mappers.lookalike.population import write_population
from mappers.lookalike.safety import write_safety
from mappers.lookalike.social import write_social
from mappers.lookalike.town import Town, plan
from mappers.lookalike.transport import write_transport

Writer = Callable[[Town, Path], None]
Announce = Callable[[str], None]

_WRITERS: Final[tuple[tuple[str, Writer], ...]] = (
    ("geo", write_areas),
    ("population", write_population),
    ("finance", write_finance),
    ("housing", write_housing),
    ("permits", write_permits),
    ("transport", write_transport),
    ("safety", write_safety),
    ("education", write_education),
    ("environment", write_environment),
    ("social", write_social),
    ("culture", write_culture),
)


def generate(target: Path, seed: int = 2026, progress: Announce | None = None) -> None:
    """Write a made-up city into the folder `target`, a subfolder a silo; `progress` is told each.

    The files have the formats, names and columns of Berlin's, and their faults; a seed always
    gives the same bytes. The folder appears only when everything is written. Raises UsageError if
    it exists and is not empty.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(
            f"The lookalike city cannot be written: {target} is not an empty folder.",
            way_out="Name another folder, or delete that one.",
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        town = plan(seed)
        for name, write in _WRITERS:
            if progress is not None:
                progress(f"Making up the files of {name} ...")
            write(town, staged / name)
        staged.chmod(0o755)
        staged.replace(target)
    finally:
        if staged.exists():
            shutil.rmtree(staged)
