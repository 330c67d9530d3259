"""Pictures: size, mode and orientation from the header, and what is wrong with it."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from annostd.bindings.image import IMAGE
from annostd.bindings.image_header import CHANNELS, Header, Short, quick, slow
from annostd.columns.raw import DataFile
from annostd.errors import UsageError
from annostd.findings import Level, Location
from annostd.plan.model import Field
from tests.bindings.plans import ROLE, files, found, place, plan, source, told, whole

if TYPE_CHECKING:
    from pathlib import Path

    from annostd.plan.model import FilePlan

NAMES = ("width", "height", "mode", "depth", "raw_width", "raw_height", "orientation")


def role() -> FilePlan:
    made = source("media", "", "{stem}")
    text = {"mode"}
    fields = tuple(Field(name, (name,), "string" if name in text else "integer") for name in NAMES)
    return plan("image", type(made)(**{**_parts(made), "fields": (*made.fields, *fields)}))


def _parts(made: Any) -> dict[str, Any]:
    return {name: getattr(made, name) for name in type(made).__dataclass_fields__}


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (6, 4), **more: Any) -> bytes:
    made = io.BytesIO()
    Pillow.new(mode, size).save(made, kind, **more)
    return made.getvalue()


def turned(kind: str, orientation: int) -> bytes:
    exif = Pillow.Exif()
    exif[0x0112] = orientation
    return picture(kind, exif=exif)


def sizes(root: Path, contents: dict[str, bytes]) -> list[tuple[Any, ...]]:
    batches = list(IMAGE.read(root, files(root, contents), role(), None, 100))
    return [tuple(row[name] for name in NAMES) for row in whole(batches, "media")]


@pytest.mark.parametrize(
    ("name", "kind", "mode", "depth"),
    [
        ("a.png", "PNG", "RGB", 3), ("a.png", "PNG", "RGBA", 4), ("a.png", "PNG", "L", 1),
        ("a.png", "PNG", "P", 3), ("a.png", "PNG", "LA", 2), ("a.png", "PNG", "1", 1),
        ("a.png", "PNG", "I;16", 1),
        ("a.jpg", "JPEG", "RGB", 3), ("a.jpeg", "JPEG", "L", 1), ("A.JPG", "JPEG", "CMYK", 4),
        ("a.gif", "GIF", "P", 3), ("a.bmp", "BMP", "RGB", 3), ("a.bmp", "BMP", "P", 3),
        ("a.webp", "WEBP", "RGB", 3), ("a.webp", "WEBP", "RGBA", 4),
        ("a.tif", "TIFF", "RGB", 3), ("a.tiff", "TIFF", "L", 1), ("a.tif", "TIFF", "I;16", 1),
    ],
)  # fmt: skip
def test_size_mode_and_depth_come_from_the_header(
    tmp_path: Path, name: str, kind: str, mode: str, depth: int
) -> None:
    made = files(tmp_path, {name: picture(kind, mode)})
    batches = list(IMAGE.read(tmp_path, made, role(), None, 100))
    (row,) = whole(batches, "media")
    assert [row[field] for field in NAMES] == [6, 4, mode, depth, 6, 4, 1]
    assert found(batches) == []


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_orientations_5_to_8_swap_the_size(tmp_path: Path, kind: str, orientation: int) -> None:
    (found_size,) = sizes(tmp_path, {f"a.{kind.lower()}": turned(kind, orientation)})
    size = (4, 6) if orientation > 4 else (6, 4)
    assert (found_size[0:2], found_size[4:]) == (size, (6, 4, orientation))


def test_a_lossless_and_an_extended_webp_are_read(tmp_path: Path) -> None:
    contents = {
        "a.webp": picture("WEBP", size=(300, 200), lossless=True),
        "b.webp": picture("WEBP", "RGBA", size=(301, 201), icc_profile=b"x" * 9),
    }
    assert [size[:2] for size in sizes(tmp_path, contents)] == [(300, 200), (301, 201)]


@pytest.mark.parametrize("size", [3_000, 60_000, 500_000])
def test_a_header_behind_much_else_is_found(tmp_path: Path, size: int) -> None:
    data = picture("JPEG")
    segments = b"".join(
        b"\xff\xe2" + struct.pack(">H", 50_002) + b"\0" * 50_000 for _ in range(size // 50_000)
    )
    rest = size % 50_000
    segments += b"\xff\xe2" + struct.pack(">H", rest + 2) + b"\0" * rest
    assert sizes(tmp_path, {"a.jpg": data[:2] + segments + data[2:]})[0][:2] == (6, 4)


def test_a_negative_height_is_a_bitmap_upside_down(tmp_path: Path) -> None:
    data = bytearray(picture("BMP"))
    data[22:26] = struct.pack("<i", -4)
    assert sizes(tmp_path, {"a.bmp": bytes(data)})[0][:2] == (6, 4)


def test_a_bomb_is_a_size(tmp_path: Path) -> None:
    data = bytearray(picture("PNG"))
    data[16:24] = struct.pack(">II", 100_000, 100_000)
    tiff = bytearray(picture("TIFF"))
    at = tiff.index(struct.pack("<HHI", 256, 4, 1))
    tiff[at + 8 : at + 12] = struct.pack("<I", 4_000_000_00)
    contents = {"a.png": bytes(data), "a.tif": bytes(tiff)}
    assert [size[0] for size in sizes(tmp_path, contents)] == [100_000, 400_000_000]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_header_cut_off_anywhere_is_a_finding_or_a_right_size(tmp_path: Path, kind: str) -> None:
    whole_file = picture(kind)
    contents = {f"{cut:04}.{kind.lower()}": whole_file[:cut] for cut in range(len(whole_file))}
    made = files(tmp_path, contents)
    batches = list(IMAGE.read(tmp_path, made, role(), None, 100))
    rows = whole(batches, "media")
    assert {row["width"] for row in rows} <= {None, 6}
    told_files = {each.location.file: each.rule for each in found(batches)}
    assert len(told_files) == sum(row["width"] is None for row in rows) >= 10
    assert told_files[f"0000.{kind.lower()}"] == "image.empty"
    assert set(told_files.values()) == {"image.empty", "image.syntax"}


@pytest.mark.parametrize("data", [b"not a picture", b"\0" * 5000, b"%PDF-1.4", b"\xff\xd8\xff"])
def test_what_is_no_picture_is_told(tmp_path: Path, data: bytes) -> None:
    made = files(tmp_path, {"a.jpg": data})
    batches = list(IMAGE.read(tmp_path, made, role(), None, 100))
    assert told(batches) == [("image.syntax", "a.jpg", None, None)]
    assert whole(batches, "media")[0]["width"] is None


def test_a_picture_of_another_kind_than_its_name_may_be_told(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.jpg": picture("PNG"), "b.xyz": picture("PNG")})
    (finding,) = found(list(IMAGE.read(tmp_path, made, role(), None, 100)))
    assert (finding.rule, finding.level, finding.location) == (
        "image.type",
        Level.MAY,
        Location("a.jpg"),
    )
    assert finding.message == "the picture is PNG, expected JPEG as its name says"


def test_a_kind_that_cannot_be_measured_here_is_no_fault(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.heic": b"\0\0\0\x18ftypheic" + b"\0" * 40})
    batches = list(IMAGE.read(tmp_path, made, role(), None, 100))
    assert (whole(batches, "media")[0]["width"], found(batches)) == (None, [])


def test_a_file_that_is_only_named_is_a_row_without_size(tmp_path: Path) -> None:
    made = [(3, DataFile(ROLE, "gone.png", {"stem": "gone"}, exists=False))]
    batches = list(IMAGE.read(tmp_path, made, role(), None, 100))
    (row,) = whole(batches, "media")
    assert (row["{stem}"], row["width"], row["@file"]) == ("gone", None, 3)
    assert found(batches) == []


def test_no_file_is_opened_for_captures_alone(tmp_path: Path) -> None:
    made = [(0, DataFile(ROLE, "gone.png", {"stem": "gone"}))]
    captures = {"media": frozenset({"{stem}"})}
    assert found(list(IMAGE.read(tmp_path, made, role(), captures, 100))) == []
    (finding,) = found(list(IMAGE.read(tmp_path, made, role(), None, 100)))
    assert finding.rule == "image.unreadable"


@pytest.mark.parametrize("rows", [1, 2, 100])
def test_the_size_of_batches_changes_nothing(tmp_path: Path, rows: int) -> None:
    made = files(tmp_path, {"a.png": picture("PNG"), "b.png": b"", "c.png": picture("PNG", "L")})
    batches = list(IMAGE.read(tmp_path, made, role(), None, rows))
    assert [(row["@file"], row["mode"]) for row in whole(batches, "media")] == [
        (10, "RGB"), (11, None), (12, "L"),
    ]  # fmt: skip
    assert told(batches) == [("image.empty", "b.png", None, None)]
    assert batches[0].rows["media"].frame.schema["width"] == pl.Int64


def test_locate_gives_the_file(tmp_path: Path) -> None:
    made = files(tmp_path, {"a.png": picture("PNG")})
    (row,) = whole(list(IMAGE.read(tmp_path, made, role(), None, 9)), "media")
    where = IMAGE.locate(tmp_path, made[0][1], role().sources[0], place(row), ("width",))
    assert where == Location("a.png")


def test_pictures_are_not_written() -> None:
    with pytest.raises(UsageError, match="cannot be made"):
        list(IMAGE.write(role(), {}, None))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_the_own_reader_agrees_with_pillow(mode: str) -> None:
    data = picture("PNG", mode)
    header = quick(data)
    assert header == slow(io.BytesIO(data))
    assert isinstance(header, Header)
    assert header.channels == CHANNELS[mode]


@given(
    data=st.binary(max_size=64),
    kind=st.sampled_from(["PNG", "JPEG", "GIF", "BMP", "WEBP"]),
    at=st.integers(2, 40),
)
def test_no_bytes_make_reading_fail(data: bytes, kind: str, at: int) -> None:
    whole_file = picture(kind)
    for broken in (
        data,
        whole_file[:at] + data,
        whole_file[:at] + data + whole_file[at + len(data) :],
    ):
        try:
            header = quick(broken)
        except Short:
            header = None
        assert header is None or (header.width or 0) > 0
        slow(io.BytesIO(broken))
