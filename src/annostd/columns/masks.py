"""Mask cells: JSON objects with a size and run lengths, plain or compressed."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import polars as pl

from annostd.codecs import rle

LIMIT = 2**31
SIDES = 2


@dataclass(frozen=True, slots=True)
class Masks:
    """Masks decoded, row by row null where missing or faulty; `runs` are column-major, zeros first.

    `packed` says that the runs were compressed. `misshapen` rows have a size of other than two
    sides, `faulty` ones are no masks otherwise.
    """

    height: pl.Series
    width: pl.Series
    runs: pl.Series
    packed: pl.Series
    misshapen: pl.Series
    faulty: pl.Series


class _Mask(msgspec.Struct):
    size: list[int]
    counts: list[int] | str


_ALL = msgspec.json.Decoder(list[_Mask | None])
_ONE = msgspec.json.Decoder(_Mask)


def decode_masks(raw: pl.Series) -> Masks:
    """Decode JSON texts of masks; all at once, and one by one only where a text is no mask."""
    decoded = _decoded(raw)
    misshapen = [mask is not None and len(mask.size) != SIDES for mask in decoded]
    sound = [
        mask if mask is not None and not bad and _is_small(mask) else None
        for mask, bad in zip(decoded, misshapen, strict=True)
    ]
    counts = [mask.counts if mask is not None else None for mask in sound]
    plain = [runs if isinstance(runs, list) else None for runs in counts]
    texts = [runs if isinstance(runs, str) else None for runs in counts]
    unpacked, wrong = rle.parse(pl.Series("runs", texts, dtype=pl.String))
    runs = pl.select(
        pl.coalesce(pl.Series("runs", plain, dtype=pl.List(pl.Int64)), unpacked)
    ).to_series()
    there = pl.Series([mask is not None for mask in sound], dtype=pl.Boolean) & wrong.is_null()
    short = pl.Series(misshapen, dtype=pl.Boolean)
    return Masks(
        _side("height", sound, 0, there),
        _side("width", sound, 1, there),
        pl.select(pl.when(there).then(runs)).to_series(),
        pl.Series([text is not None for text in texts], dtype=pl.Boolean),
        short,
        raw.is_not_null() & ~there & ~short,
    )


def _side(name: str, masks: list[_Mask | None], index: int, there: pl.Series) -> pl.Series:
    sides = [mask.size[index] if mask is not None else None for mask in masks]
    values = pl.Series(name, sides, dtype=pl.Int64)
    return pl.select(pl.when(there).then(values)).to_series().alias(name)


def _decoded(raw: pl.Series) -> list[_Mask | None]:
    joined = raw.fill_null("null").str.join(",").item() or ""
    try:
        decoded = _ALL.decode(f"[{joined}]")
    except msgspec.MsgspecError:
        decoded = []
    # a text that is no JSON by itself may be several values when joined
    return decoded if len(decoded) == len(raw) else [_decode_one(text) for text in raw]


def _decode_one(text: str | None) -> _Mask | None:
    if text is None:
        return None
    try:
        return _ONE.decode(text)
    except msgspec.MsgspecError:
        return None


def _is_small(mask: _Mask) -> bool:
    """Tell whether sides and runs are counts that arithmetic can hold."""
    numbers = [*mask.size, *(mask.counts if isinstance(mask.counts, list) else ())]
    return all(0 <= number < LIMIT for number in numbers)
