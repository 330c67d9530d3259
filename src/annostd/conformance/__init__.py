"""Conformance: the cases and examples of standards, tried through the public API."""

from annostd.conformance.run import test

__all__ = ["test"]
