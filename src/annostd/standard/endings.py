"""By which ends of their names a standard's files are known, without loading the standard.

Of its text only `files` and `dialects` are parsed, so that a dataset is not held against every
standard that there is. What cannot be told so is left open, never guessed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from annostd.errors import StandardError, UsageError
from annostd.standard.read import KEPT, parse
from annostd.standard.yaml_tree import plain
from annostd.templates import TemplateFault, fields, match
from annostd.templates import parse as parse_template

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from annostd.standard.locate import Entry, Library
    from annostd.standard.model import Json

_Mapping: TypeAlias = dict[str, "Json"]
_PARTS = re.compile(
    rb"^[\"']?(?:files|dialects|extends|adapts)[\"']?[ ]*:.*(?:\n(?:[ #\r].*)?)*", re.MULTILINE
)
_CAPTURE_END = re.compile(r".*[}\]]", re.DOTALL)


def ending(path: str) -> str:
    """Give the end of a path that tells kinds of files apart: its suffix, else its name."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    return name if dot < 0 else name[dot:]


def endings(entry: Entry, library: Library) -> frozenset[str] | None:
    """Tell the ends, one of which the name of some file of any dataset of a standard has.

    None where the text does not tell: a broken file, a path that ends in a capture.
    """
    found = [_end(path) for path in _told(entry, library)]
    known = frozenset(end for end in found if end is not None)
    return known if known and None not in found else None


def unfit(entry: Entry, library: Library, paths: Collection[str]) -> tuple[str, ...] | None:
    """Give the paths, none of which any of these fits, of the files that a standard needs.

    None where one fits, and where the text does not tell.
    """
    needed = _told(entry, library)
    try:
        templates = [parse_template(path) for path in needed]
    except TemplateFault:
        return None
    if not templates or any("." in name for template in templates for name in fields(template)):
        return None
    fits = (match(t, path, mode="path") is not None for t in templates for path in paths)
    return None if any(fits) else needed


@lru_cache(maxsize=KEPT)
def _told(entry: Entry, library: Library) -> tuple[str, ...]:
    """Give the paths that the text of a standard needs; none where it does not tell."""
    try:
        return tuple(dict.fromkeys(_needed(list(_parts(entry, library)))))
    except (OSError, StandardError, UsageError, RecursionError):
        return ()


def _parts(entry: Entry, library: Library) -> Iterator[_Mapping]:
    """Yield the parsed part of a file, then those of what it inherits."""
    text = b"".join(part + b"\n" for part in _PARTS.findall(entry.path.read_bytes()))
    tree, faults = parse(text, str(entry.path))
    if tree is None or faults:
        raise StandardError(faults)
    said = plain(tree)
    if isinstance(said, dict):
        yield said
        for key in ("extends", "adapts"):
            if isinstance(name := said.get(key), str):
                yield from _parts(library.find(name), library)


def _needed(parts: list[_Mapping]) -> Iterator[str]:
    """Yield the paths of all roles that must have a file, under any dialect."""
    whole: dict[tuple[str, ...], _Mapping] = {}
    for place, said in (item for part in parts for item in _files(part)):
        # what a standard says of its own goes over what it inherits
        whole[place] = said | whole.get(place, {})
    roles: dict[str, list[_Mapping]] = {}
    for place, said in whole.items():
        roles.setdefault(place[-1], []).append(said)
    for each in roles.values():
        if any(said.get("missing", "error") == "error" for said in each if _speaks(said)):
            yield from (path for said in each for path in _paths(said))


def _files(part: _Mapping) -> Iterator[tuple[tuple[str, ...], _Mapping]]:
    """Yield what is said of each role, with where: its name, behind those of axis and option."""
    for role, said in _mapping(part.get("files")).items():
        yield (role,), _mapping(said)
    for axis, options in _mapping(part.get("dialects")).items():
        for option, patch in _mapping(options).items():
            for role, said in _mapping(_mapping(patch).get("files")).items():
                yield (axis, option, role), _mapping(said)


def _speaks(said: _Mapping) -> bool:
    """Tell whether it is said here that a file may be missing, or a role is described whole."""
    return "missing" in said or "carrier" in said


def _paths(said: _Mapping) -> Iterator[str]:
    paths = said.get("path")
    for path in paths if isinstance(paths, list) else [paths]:
        if path is not None:
            yield str(path)
    suffix = _mapping(said.get("beside")).get("suffix")
    if suffix is not None:
        yield "{}" + str(suffix)


def _end(path: str) -> str | None:
    """Give the end of every path that fits a template, None where its end is not literal."""
    literal = _CAPTURE_END.sub("", path)
    is_whole = literal == path or "/" in literal
    return ending(literal) if is_whole or "." in literal else None


def _mapping(value: Json) -> _Mapping:
    return value if isinstance(value, dict) else {}
