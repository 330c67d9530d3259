"""The page of the code that formats still need: carriers and codecs, listed from their tables."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from annostd.generators.markdown import code, head, page, sentence, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

_ABOUT = """\
A format costs no code. A *carrier* (how bytes become records) and a *codec* (how one value is
packed) do: each is named for what it does, knows no standard, and is tested by a law, that what it
wrote is read back. The list does not grow with the number of standards. Lines are all lines of
the modules, to the next ten.
"""
_STEP = 10


def code_page() -> str:
    """Write the page, as Markdown."""
    return page(_lines())


def _lines() -> Iterator[str]:
    from annostd import bindings, codecs

    yield from head("Where code remains", _ABOUT)
    folder = Path(bindings.__path__[0])
    own = {name: _modules(folder, name) for name in bindings.BINDINGS}
    rest = set(folder.glob("*.py")).difference(*own.values())
    yield "## Carriers"
    yield ""
    rows = [_row(name, import_module(f"{bindings.__name__}.{name}"), own[name]) for name in own]
    rows.append(("", "What all carriers share.", _count(rest)))
    yield from table(("carrier", "what it is", "lines"), rows)
    yield "## Codecs"
    yield ""
    found = ((name, import_module(f"{codecs.__name__}.{name}")) for name in codecs.__all__)
    rows = [_row(name, module, [Path(str(module.__file__))]) for name, module in found]
    yield from table(("codec", "what it is", "lines"), rows)


def _modules(folder: Path, name: str) -> list[Path]:
    return [path for path in folder.glob(f"{name}*.py") if path.stem.split("_")[0] == name]


def _row(name: str, module: ModuleType, files: Iterable[Path]) -> tuple[str, ...]:
    about = (module.__doc__ or "").split("\n")[0]
    return code(name), sentence(about), _count(files)


def _count(files: Iterable[Path]) -> str:
    lines = sum(path.read_bytes().count(b"\n") for path in files)
    return str(-(-lines // _STEP) * _STEP)
