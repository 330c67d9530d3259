"""Carriers: each turns bytes into raw columns and back, blind to the others and to types."""

from annostd.bindings.binding import Binding
from annostd.bindings.carriers import BINDINGS

__all__ = ["BINDINGS", "Binding"]
