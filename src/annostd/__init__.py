"""annostd: annotation standards as data; one YAML file gives validator, reader, writer, schemas and docs."""

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
