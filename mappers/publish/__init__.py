"""Publishing: from a silo's source files to a checked, immutable version."""

from mappers.publish.triples import triples_version

__all__ = ["triples_version"]
