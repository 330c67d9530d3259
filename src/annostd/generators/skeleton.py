"""The text of a new standard to start from: commented, and without a fault."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annostd.errors import UsageError

if TYPE_CHECKING:
    from annostd.standard.model import Standard

_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_HEAD = """\
# A standard says what the files of a dataset hold. From this one file annostd makes the reader, the
# writer, the validator, the schemas and the documentation. docs/language.md lists every key;
# `annostd lint` says what is wrong, each fault with its line and column.

annostd: 1                     # the version of this language
id: {id}
version: "0.1.0"               # your own, quoted; raise it when the standard changes
status: draft
title: {title}
publisher: {publisher}
domain: {domain}
licence: CC0-1.0               # of this file, not of your data
doc: >-
  What the data are, who writes them and who reads them.
sources: {{}}                    # what clauses cite, as name: {{title: …, url: "https://…"}}
"""
_BODY = """\
use: [boxes]                   # rules that many standards share

# How numbers are meant: pixels from the outer corner of the first one, the end excluded.
conventions:
  image: {unit: pixel, origin: 0, ends: exclusive}

# Which files there are. A path is a template; what it captures can be a column.
files:
  labels:
    path: "labels/{split}.json"
    carrier: json
    captures: {split: {default: train}}
  picture:
    path: "images/{media.path}"
    carrier: image
    of: media                  # one for each row of media
    missing: fine              # a dataset without its pictures can still be judged

# What stands in them. Columns that the canonical tables know (docs/tables.md) have a type already.
tables:
  media:
    from: labels
    rows: /pictures/*          # each item of the list `pictures`
    required: true             # the list must be there
    set: {kind: image}
    columns:
      id:     {key: file, required: true, generate: "{n}"}
      path:   {at: file, required: true}
      width:  {minimum: 1, required: true}
      height: {minimum: 1, required: true}
      split:  {at: "{split}"}
      camera: {type: string, doc: "a column of your own: kept and judged, lost in other formats"}
  category:                    # the classes are those that the boxes name
    columns:
      name: {key: true}
  annotation:
    from: labels
    rows: /boxes/*
    required: true
    set: {shape: box}
    columns:
      media:    {at: picture, refers: media.id, required: true}
      category: {at: class, refers: category.name, create: true, required: true}
      box:      {form: "x y w h", required: true, derive: bounds(shape)}

# What cannot be declared is a rule. Its id names the fault and never changes its meaning; each rule
# has examples that keep it and that break it, as changes to examples.base.
rules:
  box-degenerate:
    examples:
      pass: [{set: {"annotation[0].box": [0, 0, 0.5, 0.5]}}]
      fail:
        - {set: {"annotation[0].box": [0, 0, 0, 10]}}
        - {set: {"annotation[0].box": [0, 0, 10, 0]}}
  box-outside-media:
    examples:
      pass: [{set: {"annotation[0].box": [0, 0, 64, 48]}}]
      fail:
        - {set: {"annotation[0].box": [-1, 0, 10, 10]}}
        - {set: {"annotation[0].box": [0, -1, 10, 10]}}
        - {set: {"annotation[0].box": [55, 0, 10, 10]}}
        - {set: {"annotation[0].box": [0, 39, 10, 10]}}
  class-blank:
    level: SHOULD
    class: identity
    for: category
    require: length(name) > 0
    message: "the name of a class is empty, expected one that people can read"
    why: Nobody can tell what an object without a name is.
    examples:
      pass: [{set: {"annotation[0].category": tree, "category[0].name": tree}}]
      fail: [{set: {"annotation[0].category": "", "category[0].name": ""}}]

# A tiny dataset, in the words of the canonical tables, from which the examples start.
examples:
  base:
    media: [{id: 1, path: a.png, width: 64, height: 48, split: [train]}]
    category: [{name: cat}]
    annotation: [{media: 1, category: cat, shape: box, box: [4, 6, 20, 10]}]
changes: [{version: "0.1.0", date: "2026-01-31", notes: [first version]}]
"""
_LIKE = """\
# A copy of that standard which promises nothing; `extends` would only narrow it.
adapts: {base}{range}
aliases: []

# What follows changes the copy: keys are merged, `remove` takes an inherited part out. To begin
# with, a column of your own:
#
# tables:
#   annotation:
#     columns:
#       reviewer: {{type: string, doc: who looked at it}}

changes: [{{version: "0.1.0", date: "2026-01-31", notes: [first version]}}]
"""


def skeleton(name: str, like: Standard | None = None) -> str:
    """Write a new standard with this id, which adapts `like` if that is given.

    Raises UsageError where the id is not lower-case words joined by hyphens.
    """
    if _ID.fullmatch(name) is None:
        raise UsageError(f"'{name}' is no id, expected lower-case words joined by hyphens")
    title = name.replace("-", " ").capitalize()
    domain = like.domain if like is not None else "vision"
    head = _HEAD.format(id=name, title=title, publisher="your name here", domain=domain)
    if like is None:
        return f"{head}{_BODY}"
    major = like.version.split(".")[0]
    return head + _LIKE.format(
        base=like.id, range=f"@{like.version if '-' in like.version else major}"
    )
