"""Whatever the bytes, validating and converting end in a report or in words for the caller."""

from __future__ import annotations

import json
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

from annostd.api import convert, validate
from annostd.errors import UsageError
from annostd.reports import json_conversion, json_reports, report_schema
from tests.laws.datasets import dialects_of, named, shipped, write_draft
from tests.laws.roles import carriers_of
from tests.laws.strategies import drafts

if TYPE_CHECKING:
    from random import Random

PIECES = (b"", b"\x00", b"\xff", b"\xef\xbb\xbf", b"{", b"]", b'"', b"<", b"&a;", b"\n", b"1e999")


@lru_cache
def judge() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(report_schema())


def break_bytes(data: bytes, random: Random) -> bytes:
    """Flip, cut, repeat or insert bytes in a few places."""
    for _ in range(random.randint(1, 3)):
        at = random.randint(0, len(data))
        how = random.choice(["flip", "cut", "repeat", "insert", "end"])
        if how == "flip" and at < len(data):
            data = data[:at] + bytes([data[at] ^ (1 << random.randint(0, 7))]) + data[at + 1 :]
        elif how == "cut":
            data = data[:at] + data[at + random.randint(1, 9) :]
        elif how == "repeat":
            lines = data.splitlines(keepends=True)
            data = b"".join(lines + lines[-1:])
        elif how == "insert":
            data = data[:at] + random.choice(PIECES) + data[at:]
        else:
            data = data[:at]
    return data


@given(data=st.data())
def test_broken_bytes_never_raise_and_reports_fit_their_schema(data: st.DataObject) -> None:
    standard = data.draw(st.sampled_from(shipped()), label="standard")
    chosen = data.draw(st.sampled_from(dialects_of(standard)), label="dialect")
    draft = data.draw(drafts(chosen.plan))
    target = data.draw(st.sampled_from(shipped()), label="target")
    random = data.draw(st.randoms(use_true_random=False))
    with tempfile.TemporaryDirectory() as name:
        source, written = Path(name) / "source", Path(name) / "written"
        write_draft(draft, source)
        files = sorted(path for path, _ in carriers_of(source, chosen.plan))
        for path in sorted({random.choice(files), random.choice(files)}):
            path.write_bytes(break_bytes(path.read_bytes(), random))
        reports = validate(source, standard=named(chosen))
        judge().validate(json.loads("".join(json_reports(reports))))
        try:
            report = convert(source, written, to=target, standard=named(chosen), allow_loss=True)
        except UsageError:
            assert not written.exists()
        else:
            assert report.written == written.exists()
            judge().validate(json.loads("".join(json_conversion(report))))
