"""Converters: tables of one standard to those of another, with the losses, and to files."""

from annostd.converters.map import map_tables
from annostd.converters.model import Mapped
from annostd.converters.write import print_again, print_files

__all__ = ["Mapped", "map_tables", "print_again", "print_files"]
