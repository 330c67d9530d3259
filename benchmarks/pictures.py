"""Pictures that are nothing but small: real headers of a given size, and grey below them."""

from __future__ import annotations

import struct
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.scene import Scene

_BLOCK = 8
_ONE_CODE = bytes([1, *[0] * 15, 0])
"""A Huffman table of one code, the single bit 0, for the value 0."""


def write_pictures(scene: Scene, folder: Path) -> None:
    """Write the picture of every image of a scene."""
    folder.mkdir(parents=True)
    for image, (width, height) in enumerate(scene.sizes.tolist()):
        (folder / scene.image_name(image)).write_bytes(jpeg(width, height))


@lru_cache
def jpeg(width: int, height: int) -> bytes:
    """Draw a grey progressive JPEG whose only scan has one bit a block: no change."""
    blocks = -(-width // _BLOCK) * -(-height // _BLOCK)
    bits = bytes(blocks // 8) + (bytes([0xFF >> blocks % 8]) if blocks % 8 else b"")
    segments = (
        (0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        (0xDB, b"\0" + b"\x10" * 64),
        (0xC2, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"),
        (0xC4, b"\0" + _ONE_CODE),
        (0xDA, b"\x01\x01\0\0\0\0"),
    )
    written = b"".join(
        struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data for marker, data in segments
    )
    return b"\xff\xd8" + written + bits + b"\xff\xd9"
