"""Converters: tables of one standard to tables that another can say, with the losses, and to files."""

from annostd.converters.map import map_tables
from annostd.converters.model import Mapped
from annostd.converters.write import print_again, print_files

__all__ = ["Mapped", "map_tables", "print_again", "print_files"]
