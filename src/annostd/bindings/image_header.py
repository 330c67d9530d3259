"""Size, mode and orientation of a picture from its first bytes, without decoding a pixel.

PNG, JPEG, GIF, BMP and simple WebP are read here, which is seven times faster than asking Pillow;
Pillow reads the headers of the rest.
"""

# ruff: noqa: PLR2004 - offsets, lengths and markers are numbers of the formats' own specifications

from __future__ import annotations

import struct
import threading
import warnings
from dataclasses import dataclass
from typing import BinaryIO, Final

FIRST: Final = 4096
MORE: Final = 262144
MOST: Final = 16 << 20
CHANNELS: Final = {
    "1": 1, "L": 1, "I": 1, "F": 1, "I;16": 1, "I;16B": 1, "I;16L": 1, "I;16N": 1,
    "LA": 2, "La": 2, "P": 3, "PA": 4, "RGB": 3, "RGBA": 4, "RGBX": 4, "RGBa": 4,
    "CMYK": 4, "YCbCr": 3, "LAB": 3, "HSV": 3,
}  # fmt: skip
"""Channels by mode; a palette's entries are colours, so that a reader gets three."""

_PNG_MODES = {0: {1: "1", 16: "I;16"}, 2: {}, 3: {}, 4: {}, 6: {}}
_PNG_PLAIN = {0: "L", 2: "RGB", 3: "P", 4: "LA", 6: "RGBA"}
_JPEG_MODES = {1: "L", 3: "RGB", 4: "CMYK"}
_WIDTH, _HEIGHT, _ORIENTATION = 256, 257, 0x0112
_TURNED = frozenset({5, 6, 7, 8})
_UNMEASURED = frozenset({b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heim", b"heis"})
_DNG_VERSION = 50706
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "DIB", "WEBP", "TIFF", "PPM", "AVIF", "JPEG2000")
_pillow = threading.Lock()


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture says of itself; `width` and `height` are as stored, before it is turned.

    `width`, `height` are None where the kind is known but nobody here can measure it (HEIC, DNG).
    """

    kind: str
    width: int | None
    height: int | None
    mode: str | None = None
    orientation: int = 1

    @property
    def channels(self) -> int | None:
        """The number of values a pixel has."""
        return None if self.mode is None else CHANNELS.get(self.mode)

    @property
    def turned(self) -> tuple[int | None, int | None]:
        """Width and height as viewers show it: orientations 5 to 8 swap them."""
        if self.orientation in _TURNED:
            return self.height, self.width
        return self.width, self.height


class Short(Exception):
    """The header goes on behind the bytes that were given."""


def quick(data: bytes) -> Header | None:
    """Read the kinds of header that are known here; None for others and for broken ones.

    Raises:
        Short: more bytes are needed.
    """
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data[:6] in {b"GIF87a", b"GIF89a"}:
            width, height = struct.unpack_from("<HH", data, 6)
            return _sized(Header("GIF", width, height, "P"))
        if data.startswith(b"BM"):
            return _bmp(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError) as error:
        raise Short from error
    return None


def slow(stream: BinaryIO) -> Header | None:
    """Ask Pillow, from the start of a file; None where it knows no such picture either."""
    start = stream.read(12)
    if start[4:8] == b"ftyp" and start[8:12] in _UNMEASURED:
        return Header("HEIC", None, None)
    stream.seek(0)
    from PIL import Image

    with _pillow, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # only the header is read: a picture of any size costs nothing
        Image.init()
        formats = [name for name in _FORMATS if name in Image.OPEN]
        limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
        try:
            with Image.open(stream, formats=formats) as picture:
                return _from_pillow(picture)
        except Exception:  # noqa: BLE001 - Pillow's readers raise whatever broken bytes lead them to
            return None
        finally:
            Image.MAX_IMAGE_PIXELS = limit


def _from_pillow(picture: object) -> Header | None:
    kind = str(getattr(picture, "format", "") or "")
    tags = getattr(picture, "tag_v2", {})
    if _DNG_VERSION in tags:
        return Header("DNG", None, None)
    width, height = picture.size  # type: ignore[attr-defined]
    if kind == "TIFF":  # Pillow has turned its size already
        width, height = tags.get(_WIDTH, width), tags.get(_HEIGHT, height)
    orientation = picture.getexif().get(_ORIENTATION, 1)  # type: ignore[attr-defined]
    turn = orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1
    return _sized(Header(kind, width, height, str(getattr(picture, "mode", "")), turn))


def _sized(header: Header) -> Header | None:
    return header if header.width and header.height else None


def _png(data: bytes) -> Header | None:
    length, name, width, height, bits, colour = struct.unpack_from(">I4sIIBB", data, 8)
    if name != b"IHDR" or length != 13 or colour not in _PNG_PLAIN:
        return None
    if len(data) < 33:
        raise Short
    mode = _PNG_MODES[colour].get(bits, _PNG_PLAIN[colour])
    return _sized(Header("PNG", width, height, mode, _png_orientation(data)))


def _png_orientation(data: bytes) -> int:
    """Look for an eXIf chunk before the pixels, as far as the bytes go."""
    at = 33
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"eXIf":
            return _exif_orientation(data[at + 8 : at + 8 + length])
        if name == b"IDAT":
            break
        at += 12 + length
    return 1


def _jpeg(data: bytes) -> Header | None:
    """Walk the segments up to the frame header (ITU-T T.81, B.1).

    Any number of fill bytes 0xFF may stand between them.
    """
    at, orientation = 2, 1
    while True:
        if data[at] != 0xFF:
            return None
        while data[at] == 0xFF:
            at += 1
        marker = data[at]
        at += 1
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            continue
        (length,) = struct.unpack_from(">H", data, at)
        if marker in {0xD9, 0xDA} or length < 2:
            return None
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width, parts = struct.unpack_from(">HHB", data, at + 3)
            mode = _JPEG_MODES.get(parts)
            return _sized(Header("JPEG", width, height, mode, orientation))
        if marker == 0xE1 and data[at + 2 : at + 8] == b"Exif\0\0" and orientation == 1:
            if at + length > len(data):
                raise Short
            orientation = _exif_orientation(data[at + 8 : at + length])
        at += length


def _exif_orientation(data: bytes) -> int:
    """Read the orientation from the first directory of EXIF data.

    It is 1 where there is none, or a broken one.
    """
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(order + "I", data, 4)
        (count,) = struct.unpack_from(order + "H", data, start)
        for entry in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", data, start + 2 + 12 * entry)
            if tag == _ORIENTATION:
                return value if kind == 3 and 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _bmp(data: bytes) -> Header | None:
    (size,) = struct.unpack_from("<I", data, 14)
    if size == 12:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
    elif 40 <= size <= 124:
        width, height, _, bits = struct.unpack_from("<iiHH", data, 18)
    else:
        return None
    mode = {1: "P", 4: "P", 8: "P", 16: "RGB", 24: "RGB", 32: "RGB"}.get(bits)
    return _sized(Header("BMP", abs(width), abs(height), mode))


def _webp(data: bytes) -> Header | None:
    """Read the first chunk (RFC 9649); a file that says it has EXIF is left to Pillow."""
    if len(data) < 30:
        raise Short
    name = data[12:16]
    if name == b"VP8X" and not data[20] & 0x08:
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        return Header("WEBP", width, height, "RGBA" if data[20] & 0x10 else "RGB")
    if name == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        mode = "RGBA" if bits >> 28 & 1 else "RGB"
        return Header("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, mode)
    if name == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return _sized(Header("WEBP", width & 0x3FFF, height & 0x3FFF, "RGB"))
    return None
