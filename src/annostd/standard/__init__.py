"""Standards: YAML files to frozen nouns, with the place of every node.

`annostd.standard.lint` is imported by itself: it needs the grammars, which loading does not.
"""

from annostd.standard.load import load, with_dialects
from annostd.standard.locate import Entry, Library
from annostd.standard.model import Standard

__all__ = ["Entry", "Library", "Standard", "load", "with_dialects"]
