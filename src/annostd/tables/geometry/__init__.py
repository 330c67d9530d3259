"""Geometry: forms of boxes, ellipses, points and masks, and what is measured of them."""

from __future__ import annotations

from annostd.tables.geometry import boxes, masks, points, polygons, slotted
from annostd.tables.geometry.forms import Form, is_same, parse_form

__all__ = ["Form", "boxes", "is_same", "masks", "parse_form", "points", "polygons", "slotted"]
