"""What annostd does, as functions: the same that the commands do."""

from annostd.api.authoring import generate, lint, new
from annostd.api.catalogue import explain, list_standards, load
from annostd.api.convert import convert
from annostd.api.detect import detect
from annostd.api.tables import read, write
from annostd.api.validate import validate

__all__ = [
    "convert",
    "detect",
    "explain",
    "generate",
    "lint",
    "list_standards",
    "load",
    "new",
    "read",
    "validate",
    "write",
]
