"""Policy files on disk: the current one governs every version."""

from __future__ import annotations

from pathlib import Path

from federation.policy.model import GraphPolicy
from federation.policy.parse import parse_policies
from mappers.errors import Location, MappingError


def current_policies(file: Path, published: str, *, base: str) -> tuple[GraphPolicy, ...]:
    """The policies in a silo's policy file, or those published with its version if there is none.

    Raises MappingError for a file that cannot be read or is wrong: an older policy may be wider
    than the one that its owner now wants, so there is no falling back to it.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return parse_policies(published, f"{file} (as published)", base=base)
    except UnicodeDecodeError as error:
        raise MappingError(
            "The policy file is not UTF-8.",
            location=Location(str(file)),
            way_out="Save it as UTF-8.",
        ) from error
    except OSError as error:
        raise MappingError(
            f"The policy file cannot be read: {error.strerror}.", location=Location(str(file))
        ) from error
    return parse_policies(text, str(file), base=base)
