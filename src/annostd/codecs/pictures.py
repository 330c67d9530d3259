"""Pictures of masks in texts: base64 of a PNG of one channel to runs and back.

What is not 0 in the picture belongs to the mask. Runs go down the columns, from left to right, the
first one is of zeros.
"""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from annostd.tables.geometry import masks

if TYPE_CHECKING:
    from PIL import Image

    from annostd.tables.lists import Bytes, Flags

LARGEST = 1 << 26
"""Pixels of the largest picture that is looked at."""
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def sizes(texts: pl.Series) -> tuple[pl.Series, pl.Series, pl.Series]:
    """Read height and width (Int64) of each picture, and tell the texts that are none.

    Checksums are verified, pixels are not looked at. A null text has neither size nor fault.
    """
    found = [_size(text) if text is not None else None for text in texts]
    sides = [
        pl.Series([size[axis] if size else None for size in found], dtype=pl.Int64)
        for axis in range(2)
    ]
    wrong = pl.Series([size is None for size in found], dtype=pl.Boolean) & texts.is_not_null()
    return sides[0], sides[1], wrong


def parse(texts: pl.Series) -> pl.Series:
    """Read the runs of each picture (List(Int64)); null where the text is no picture."""
    return pl.Series(
        [_runs(text) if text is not None else None for text in texts], dtype=pl.List(pl.Int64)
    )


def render(height: pl.Series, width: pl.Series, runs: pl.Series) -> pl.Series:
    """Print runs as pictures; null where a row is null or its runs do not fill the picture."""
    rows = zip(height, width, runs.to_list(), strict=True)
    return pl.Series([_text(*row) if None not in row else None for row in rows], dtype=pl.String)


def _faults(*more: type[Exception]) -> tuple[type[Exception], ...]:
    """Name what is raised for a broken picture; Pillow is imported where there is one only."""
    from PIL.Image import DecompressionBombError

    return OSError, SyntaxError, ValueError, DecompressionBombError, *more


def _opened(text: str) -> Image.Image | None:
    """Open a picture of one channel that is not too large; None for anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not data.startswith(SIGNATURE):
        return None
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            picture = Image.open(io.BytesIO(data), formats=["PNG"])
    except _faults(Warning):
        return None
    fits = picture.width * picture.height <= LARGEST and len(picture.getbands()) == 1
    return picture if fits else None


def _size(text: str) -> tuple[int, int] | None:
    picture = _opened(text)
    if picture is None:
        return None
    try:
        picture.verify()
    except _faults():
        return None
    return picture.height, picture.width


def _runs(text: str) -> list[int] | None:
    picture = _opened(text)
    if picture is None:
        return None
    try:
        painted: Flags = np.asarray(picture) != 0
    except _faults():
        return None
    return masks.runs_of(np.ascontiguousarray(painted.T))


def _text(height: int, width: int, runs: list[int]) -> str | None:
    if height < 1 or width < 1 or sum(runs) != height * width:
        return None
    from PIL import Image

    pixels: Bytes = np.ascontiguousarray(masks.painted(height, width, runs).T).astype(np.uint8)
    place = io.BytesIO()
    Image.fromarray(pixels).save(place, "PNG")
    return base64.b64encode(place.getvalue()).decode()
