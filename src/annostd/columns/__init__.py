"""Columns: raw text and numbers to typed columns and back, blind to carriers."""

from annostd.columns.assemble import Assembler, Batch
from annostd.columns.decode import decode
from annostd.columns.encode import encode
from annostd.columns.environment import Environment, Rows

__all__ = ["Assembler", "Batch", "Environment", "Rows", "decode", "encode"]
