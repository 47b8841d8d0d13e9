"""Answers written in the formats that SPARQL 1.1 defines, and some that people use."""

from federation.results.formats import FORMATS, Format, form_of, format_named, require_form, write
from federation.results.result import Form, Result

__all__ = [
    "FORMATS",
    "Form",
    "Format",
    "Result",
    "form_of",
    "format_named",
    "require_form",
    "write",
]
