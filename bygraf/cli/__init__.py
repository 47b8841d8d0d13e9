"""The command line: `bygraf [--city FILE] VERB ...`."""

from bygraf.cli.main import main

__all__ = ["main"]
