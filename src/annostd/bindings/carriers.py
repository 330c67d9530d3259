"""The table of carriers: which binding a standard means by `carrier:`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from annostd.bindings.image import IMAGE
from annostd.bindings.json import JSON
from annostd.bindings.lines import LINES
from annostd.bindings.text import TEXT
from annostd.bindings.xml import XML
from annostd.bindings.yaml import YAML

if TYPE_CHECKING:
    from annostd.bindings.binding import Binding

BINDINGS: Final[dict[str, Binding]] = {
    "json": JSON,
    "yaml": YAML,
    "xml": XML,
    "lines": LINES,
    "image": IMAGE,
    "text": TEXT,
}
"""The binding of each carrier, by the name that a standard gives it."""
