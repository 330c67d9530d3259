"""The table of carriers: which binding a standard means by `carrier:`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from annostd.bindings.binding import Binding


def _json() -> Binding:
    from annostd.bindings.json import JSON

    return JSON


def _jsonl() -> Binding:
    from annostd.bindings.jsonl import JSONL

    return JSONL


def _yaml() -> Binding:
    from annostd.bindings.yaml import YAML

    return YAML


def _xml() -> Binding:
    from annostd.bindings.xml import XML

    return XML


def _lines() -> Binding:
    from annostd.bindings.lines import LINES

    return LINES


def _image() -> Binding:
    from annostd.bindings.image import IMAGE

    return IMAGE


def _text() -> Binding:
    from annostd.bindings.text import TEXT

    return TEXT


def _tokens() -> Binding:
    from annostd.bindings.tokens import TOKENS

    return TOKENS


def _parquet() -> Binding:
    from annostd.bindings.parquet import PARQUET

    return PARQUET


class Carriers(Mapping[str, "Binding"]):
    """Bindings by name, each imported when it is asked for: a run needs one or two of them."""

    def __init__(self, openers: Mapping[str, Callable[[], Binding]]) -> None:
        self._openers = openers

    def __getitem__(self, name: str) -> Binding:
        """Give the binding of a carrier; KeyError where there is none."""
        return self._openers[name]()

    def __iter__(self) -> Iterator[str]:
        """Yield the names of all carriers."""
        return iter(self._openers)

    def __len__(self) -> int:
        """Count the carriers."""
        return len(self._openers)


BINDINGS: Final[Mapping[str, Binding]] = Carriers(
    {
        "json": _json,
        "jsonl": _jsonl,
        "yaml": _yaml,
        "xml": _xml,
        "lines": _lines,
        "image": _image,
        "text": _text,
        "tokens": _tokens,
        "parquet": _parquet,
    }
)
"""The binding of each carrier, by the name that a standard gives it."""
