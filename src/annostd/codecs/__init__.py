"""Codecs: pairs of a reader and a printer that undo each other, each with its law."""

from __future__ import annotations

from annostd.codecs import json_numbers, number_lists, pictures, rle, tags

__all__ = ["json_numbers", "number_lists", "pictures", "rle", "tags"]
