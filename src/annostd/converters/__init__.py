"""Converters: tables of one standard to those of another, with the losses, and to files."""

from annostd.converters.again import print_again
from annostd.converters.losses import IN_HEADER
from annostd.converters.map import map_tables
from annostd.converters.model import Mapped
from annostd.converters.write import print_files

__all__ = ["IN_HEADER", "Mapped", "map_tables", "print_again", "print_files"]
