"""annostd: annotation standards as data, from which validators and converters are made."""

from annostd.api import (
    convert,
    detect,
    explain,
    generate,
    lint,
    list_standards,
    load,
    new,
    read,
    validate,
    write,
)

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
