"""Validators: batches to findings and summaries, summaries to the findings of the whole."""

from annostd.validators.run import Outcome, batches, validate

__all__ = ["Outcome", "batches", "validate"]
