"""Pixels made ready for mail programs: upright, eight bits a channel, in sRGB, without anything attached."""

from __future__ import annotations

import io

from PIL import Image, ImageCms, ImageOps

from newsletter.render.pictures.faults import DAMAGE

__all__ = ["is_foreign", "plain_pixels"]

_ORIENTATION = 0x0112  # Exif 2.32, 4.6.4
_PLAIN_MODES = ("1", "L", "LA", "P", "RGB", "RGBA")
_SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def is_foreign(image: Image.Image) -> bool:
    """Say whether readers would see other colours, or the picture on its side, without a conversion."""
    turned = image.getexif().get(_ORIENTATION, 1)
    return (
        turned in range(2, 9)
        or image.mode not in _PLAIN_MODES
        or _other_profile(image.info.get("icc_profile")) is not None
    )


def plain_pixels(image: Image.Image) -> Image.Image:
    """Return the picture in mode L, RGB or RGBA: turned upright, colours converted to sRGB."""
    profile = _other_profile(image.info.get("icc_profile"))
    upright = ImageOps.exif_transpose(image)
    if upright.mode in _SIXTEEN_BITS:
        upright = upright.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    has_alpha = "transparency" in upright.info or upright.mode in ("LA", "La", "PA", "RGBa", "RGBA")
    if has_alpha and profile is None:
        plain = upright.convert("RGBA")
    elif has_alpha:
        whole = upright.convert("RGBA")
        plain = _in_srgb(whole.convert("RGB"), profile)
        plain.putalpha(whole.getchannel("A"))
    else:
        plain = _in_srgb(upright, profile)
    if plain.mode == "RGBA" and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    plain.info = {}
    return plain


def _in_srgb(image: Image.Image, profile: ImageCms.ImageCmsProfile | None) -> Image.Image:
    """Return `image`, without transparency, in sRGB as mode L or RGB."""
    is_grey = image.mode in ("1", "L")
    if image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("L" if is_grey else "RGB")
    if profile is not None:
        try:
            converted = ImageCms.profileToProfile(
                image, profile, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, *DAMAGE):  # a profile for other colours than the file has
            converted = None
        image = converted or image
    return image.convert("L" if is_grey else "RGB")


def _other_profile(data: object) -> ImageCms.ImageCmsProfile | None:
    """Return the profile in `data`; None when there is none, it is sRGB, or it cannot be read."""
    if not isinstance(data, bytes) or not data:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(data))
        name = ImageCms.getProfileDescription(profile)
    except (ImageCms.PyCMSError, *DAMAGE):
        return None
    return None if "srgb" in name.lower() else profile
