"""Tables: what a label means, free of any format."""

from annostd.tables.dataset import Tables
from annostd.tables.schema import GEOMETRIES, TABLES, CanonicalColumn, ColumnType

__all__ = ["GEOMETRIES", "TABLES", "CanonicalColumn", "ColumnType", "Tables"]
