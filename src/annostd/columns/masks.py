"""Mask cells: run lengths, plain or compressed, and pictures in texts, with their place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
import polars as pl

from annostd.codecs import pictures, rle
from annostd.columns.texts import is_string, unquoted
from annostd.tables.geometry import boxes, masks

if TYPE_CHECKING:
    from annostd.tables.geometry.forms import Form

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


@dataclass(frozen=True, slots=True)
class Pictures:
    """Texts of pictures with their size, row by row null where missing or faulty."""

    text: pl.Series
    height: pl.Series
    width: pl.Series
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


def read_pictures(raw: pl.Series) -> Pictures:
    """Read JSON texts of pictures: each is kept as it is written, its pixels are not decoded."""
    texts = pl.select(pl.when(is_string(raw)).then(unquoted(raw))).to_series()
    height, width, wrong = pictures.sizes(texts)
    faulty = wrong | (raw.is_not_null() & texts.is_null())
    kept = pl.select(pl.when(~faulty).then(texts)).to_series()
    return Pictures(kept, height, width, faulty)


def measure_placed(frame: pl.DataFrame, name: str, form: Form) -> pl.DataFrame:
    """Measure masks that are pictures: area and bounds where they are placed."""
    sides = frame[f"{name}.height"], frame[f"{name}.width"]
    made = masks.measure(*sides, pictures.parse(frame[f"{name}.text"]))
    x, y = placed_at(frame, name, form)
    return made.select(
        "area",
        pl.col("x1") + x,
        pl.col("y1") + y,
        pl.col("x2") + x,
        pl.col("y2") + y,
    )


def place_masks(frame: pl.DataFrame, name: str, form: Form) -> dict[str, pl.Series]:
    """Make pictures of runs, cut to the pixels that are set, with the corners of their place.

    A mask without any has no place, and no picture.
    """
    rows = frame.select(
        pl.col(f"{name}.{part}").alias(part) for part in ("height", "width", "runs")
    )
    found = masks.measure(rows["height"], rows["width"], rows["runs"])
    edges = found.select(masks.BOUNDS)
    runs = masks.cropped(pl.concat([rows, edges], how="horizontal"))
    height, width = ((found[f"{axis}2"] - found[f"{axis}1"]).cast(pl.Int64) for axis in "yx")
    text = pictures.render(height, width, runs)
    known = boxes.corners(*(pl.col(edge) for edge in masks.BOUNDS))
    slots = boxes.slots(replace(form, kind="box"), known)
    made = edges.select(value.alias(f"{name}.{slot}") for slot, value in slots.items())
    return {
        **{column: made[column] for column in made.columns},
        f"{name}.text": text,
        f"{name}.height": height,
        f"{name}.width": width,
    }


def spread_masks(frame: pl.DataFrame, name: str, form: Form) -> dict[str, pl.Series]:
    """Make runs over the whole medium, whose sides are `@w` and `@h`, of pictures with a place.

    Where the size is not known, or the picture reaches beyond it, there are none.
    """
    x, y = placed_at(frame, name, form)
    sides = [frame[side].cast(pl.Int64) for side in ("@h", "@w")]
    rows = pl.DataFrame(
        {
            "height": frame[f"{name}.height"],
            "width": frame[f"{name}.width"],
            "runs": pictures.parse(frame[f"{name}.text"]),
            "x": x,
            "y": y,
            "h": sides[0],
            "w": sides[1],
        }
    )
    runs = masks.embedded(rows)
    known = runs.is_not_null()
    made = pl.DataFrame({"height": sides[0], "width": sides[1], "runs": runs})
    made = made.select(pl.when(pl.lit(known)).then(pl.all()))
    return {f"{name}.{column}": made[column] for column in made.columns}


def placed_at(frame: pl.DataFrame, name: str, form: Form) -> tuple[pl.Series, pl.Series]:
    """Give the pixel of the medium on which the first pixel of each picture lies (Int64)."""
    edges = frame.select(
        pl.min_horizontal(f"{name}.{one}", f"{name}.{other}").round(mode="half_to_even")
        - form.origin
        for one, other in (("ax", "bx"), ("ay", "by"))
    )
    x, y = (series.cast(pl.Int64, strict=False) for series in edges.get_columns())
    return x, y


def _side(name: str, decoded: list[_Mask | None], index: int, there: pl.Series) -> pl.Series:
    sides = [mask.size[index] if mask is not None else None for mask in decoded]
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
    return min(numbers, default=0) >= 0 and max(numbers, default=0) < LIMIT
