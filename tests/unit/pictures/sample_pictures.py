"""Pictures made for a test: with camera data, profiles and notes that no reader should get."""

from __future__ import annotations

import io
import struct
import zlib
from random import Random

from PIL import Image, ImageCms, PngImagePlugin

from newsletter.render.pictures.process import Order

SECRET = b"Zwolle-kade-12"


def order(**changes: object) -> Order:
    usual = {"name": "kade.png", "is_double": False, "max_width_px": 1200, "max_bytes": 500_000}
    return Order(**{**usual, **changes})  # type: ignore[arg-type]  # the test's own names


def noise_of(width: int, height: int) -> Image.Image:
    """Return grey noise, the same each time."""
    return Image.frombytes("L", (width, height), Random(width).randbytes(width * height))


def photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Return a picture that compresses like a photo: soft, and no two pixels alike."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.radial_gradient("L").resize((width, height))
    noise = noise_of(width, height).point(lambda shade: shade / 8)
    return Image.merge("RGB", (across, down, noise)).convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def other_profile() -> bytes:
    """Return a colour profile in which red is blue and blue red."""
    data = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = data.replace("sRGB".encode("utf-16-be"), "xxxx".encode("utf-16-be"))
    return data.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")


def exif(orientation: int = 1) -> Image.Exif:
    """Return Exif with a place, a camera and an owner."""
    data = Image.Exif()
    data[0x0112] = orientation
    data[0x010F] = SECRET.decode()
    gps = data.get_ifd(0x8825)
    gps[1], gps[2] = "N", (52.0, 31.0, 0.0)
    gps[29] = SECRET.decode()
    return data


def secretive_files() -> dict[str, bytes]:
    """Return a file of each kind with SECRET in every place that metadata can stand."""
    image = photo(300, 200)
    camera = exif().tobytes()
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    png = saved(image, "PNG", pnginfo=text, exif=camera)
    date = struct.pack(">I", 7) + b"tIME" + b"\x07\xe7\x01\x01\x01\x01\x01"
    date += struct.pack(">I", zlib.crc32(date[4:]))
    jpeg = saved(image, "JPEG", exif=camera, comment=SECRET, xmp=SECRET, quality=90)
    iptc = b"\xff\xed" + struct.pack(">H", 2 + len(SECRET)) + SECRET
    preview = b"\xff\xe0\x00\x10JFXX\x00\x10" + SECRET[:8]
    frames = [Image.new("P", (60, 40), colour) for colour in range(3)]
    gif = saved(
        frames[0], "GIF", save_all=True, append_images=frames[1:], comment=SECRET, duration=200, loop=0
    )
    xmp = b"!\xff\x0bXMP DataXMP" + bytes([len(SECRET)]) + SECRET + b"\0"
    return {
        "PNG": png[:33] + date + png[33:] + SECRET,
        "JPEG": jpeg[:2] + iptc + preview + jpeg[2:] + SECRET,
        "GIF": gif[:-1] + xmp + b";" + SECRET,
        "WEBP": saved(image, "WEBP", exif=camera, xmp=SECRET),
        "AVIF": saved(image, "AVIF", exif=camera, xmp=SECRET),
    }
