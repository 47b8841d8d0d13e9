"""Answers written in the formats that SPARQL 1.1 defines, and some that people use."""

from federation.results.formats import FORMATS, Format, format_named, write
from federation.results.result import Form, Result

__all__ = ["FORMATS", "Form", "Format", "Result", "format_named", "write"]
