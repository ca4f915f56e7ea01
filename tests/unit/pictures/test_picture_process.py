"""What readers get of a file: nothing personal, upright, in sRGB, no larger than asked, and never a crash."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms
from sample_pictures import SECRET, exif, noise_of, order, other_profile, photo, saved, secretive_files

from newsletter.render.pictures.faults import PictureFault
from newsletter.render.pictures.formats import Kind
from newsletter.render.pictures.gif import strip_gif
from newsletter.render.pictures.process import process


@pytest.fixture(scope="module")
def secretive() -> dict[str, bytes]:
    return secretive_files()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("kind", list(Kind))
def test_no_file_keeps_place_camera_notes_or_what_hangs_behind_it(
    secretive: dict[str, bytes], kind: str
) -> None:
    assert SECRET in secretive[kind]

    result = process(secretive[kind], order())

    assert SECRET not in result.data
    assert SECRET[:8] not in result.data
    assert not opened(result.data).getexif()
    assert not {"exif", "xmp", "comment", "icc_profile", "photoshop"} & set(opened(result.data).info)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_taking_metadata_away_changes_no_pixel(secretive: dict[str, bytes], kind: str) -> None:
    result = process(secretive[kind], order())

    before, after = opened(secretive[kind]).convert("RGBA"), opened(result.data).convert("RGBA")
    assert before.tobytes() == after.tobytes()
    assert result.note is None


def test_a_jpeg_without_faults_is_not_encoded_again(secretive: dict[str, bytes]) -> None:
    result = process(secretive["JPEG"], order())

    scan = secretive["JPEG"].index(b"\xff\xda")
    assert secretive["JPEG"][scan:].startswith(result.data[result.data.index(b"\xff\xda") :])


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_stands_upright(orientation: int) -> None:
    image = Image.new("RGB", (80, 40), "white")
    image.paste("black", (0, 0, 40, 20))

    result = process(saved(image, "JPEG", exif=exif(orientation), quality=95), order())

    upright = orientation < 5
    assert (result.width, result.height) == ((80, 40) if upright else (40, 80))
    shown = opened(result.data).convert("L")
    corners = [(5, 5), (shown.width - 5, 5), (shown.width - 5, shown.height - 5), (5, shown.height - 5)]
    dark = [point for point in corners if int(shown.getpixel(point)) < 100]  # type: ignore[arg-type]  # L has one channel
    expected = {1: 0, 2: 1, 3: 2, 4: 3, 5: 0, 6: 1, 7: 2, 8: 3}  # Exif 2.32: row 0, column 0 is shown there
    assert dark == [corners[expected[orientation]]]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_colours_of_another_profile_become_srgb(kind: str) -> None:
    image = Image.new("RGB", (20, 20), (200, 30, 30))

    result = process(saved(image, kind, icc_profile=other_profile(), quality=95), order())

    red, _, blue = opened(result.data).convert("RGB").getpixel((5, 5))  # type: ignore[misc]  # three channels
    assert red < 60 < 180 < blue


def test_an_srgb_profile_is_left_out_and_no_colour_changes() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(photo(200, 100), "JPEG", icc_profile=profile)

    result = process(data, order())

    assert len(result.data) < len(data) - len(profile)
    assert opened(result.data).tobytes() == opened(data).tobytes()


@pytest.mark.parametrize(
    "profile", [b"x", b"\0" * 200, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
def test_a_profile_that_makes_no_sense_does_no_harm(profile: bytes) -> None:
    assert process(saved(photo(40, 40), "PNG", icc_profile=profile), order()).kind is Kind.PNG


def test_a_photo_of_a_phone_becomes_small_and_says_so() -> None:
    data = saved(photo(4000, 3000), "JPEG", quality=95, exif=exif(6))

    result = process(data, order(is_double=True))

    assert (result.width, result.height) == (1200, 1600)
    assert len(result.data) <= 500_000
    assert result.shown_width == 1500
    assert result.note is not None
    assert "was made smaller: 3000 × 4000 pixels" in result.note
    assert "became 1200 × 1600 pixels" in result.note


def test_a_heavy_png_stays_png_with_fewer_pixels() -> None:
    noise = noise_of(1200, 400).convert("RGBA")
    noise.putalpha(120)

    result = process(saved(noise, "PNG"), order(max_bytes=400_000))

    assert result.kind is Kind.PNG
    assert len(result.data) <= 400_000
    assert 600 <= result.width < 1200
    assert opened(result.data).getchannel("A").getextrema() == (120, 120)
    assert "was made smaller" in (result.note or "")


def test_a_png_that_stays_heavy_says_what_to_do() -> None:
    result = process(saved(photo(700, 700), "PNG"), order(max_bytes=20_000))

    assert result.width == 600
    assert "is heavy" in (result.note or "")
    assert "JPEG" in (result.advice or "")


def test_a_drawing_gets_a_palette_and_not_one_pixel_changes() -> None:
    image = Image.new("RGB", (900, 600), "white")
    for step in range(40):
        image.paste((step * 6, 90, 255 - step * 6), (step * 20, step * 10, step * 20 + 200, step * 10 + 50))
    data = saved(image, "PNG", compress_level=1)

    result = process(data, order())

    assert len(result.data) < 0.9 * len(data)
    assert opened(result.data).mode == "P"
    assert opened(result.data).convert("RGB").tobytes() == image.tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_comes_through(mode: str) -> None:
    image = photo(60, 40, "L" if mode == "I;16" else mode)
    if mode == "I;16":
        shades = struct.pack("<2400H", *(shade * 257 for shade in image.tobytes()))
        image = Image.frombytes("I;16", (60, 40), shades)
    result = process(saved(image, "PNG"), order())

    grey = photo(60, 40, "L") if mode == "I;16" else image.convert("RGBA").convert("L")
    assert opened(result.data).convert("RGBA").convert("L").tobytes() == grey.tobytes()


def test_a_palette_with_transparency_keeps_it_when_made_smaller() -> None:
    image = Image.new("P", (1600, 100), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (800, 0, 1600, 100))

    shown = opened(process(saved(image, "PNG", transparency=0), order()).data).convert("RGBA")

    assert shown.width == 1200
    assert shown.getpixel((10, 10))[3] == 0  # type: ignore[index]  # four channels
    assert shown.getpixel((1190, 10)) == (0, 0, 255, 255)


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    result = process(saved(Image.new("CMYK", (50, 50), (0, 255, 255, 0)), "JPEG"), order())

    red, green, blue = opened(result.data).getpixel((9, 9))  # type: ignore[misc]  # three channels
    assert opened(result.data).mode == "RGB"
    assert red > 150 > 90 > max(green, blue)


@pytest.mark.parametrize(
    ("kind", "mode", "becomes"),
    [("WEBP", "RGB", "JPEG"), ("WEBP", "RGBA", "PNG"), ("AVIF", "RGB", "JPEG")],
)
def test_what_outlook_does_not_show_is_converted_and_said(kind: str, mode: str, becomes: str) -> None:
    image = photo(300, 200, mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize((300, 200)))

    result = process(saved(image, kind), order())

    assert result.kind == becomes
    assert f"and became a {becomes}" in (result.note or "")


def test_an_animation_keeps_its_frames_and_its_pace() -> None:
    frames = [Image.new("P", (90, 60), 0) for _ in range(4)]
    for number, frame in enumerate(frames):
        frame.putpalette([255, 255, 255, 0, 0, 0])
        frame.paste(1, (number * 20, 0, number * 20 + 20, 60))
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=120, loop=3)

    result = process(data, order())

    shown = opened(result.data)
    assert (shown.n_frames, shown.info["duration"], shown.info["loop"]) == (4, 120, 3)  # type: ignore[attr-defined]  # of GIF files


def test_a_wide_animation_is_left_as_it_is_with_the_command_that_helps() -> None:
    frames = [Image.new("L", (1300, 20), shade) for shade in (0, 100, 200)]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])

    result = process(data, order())

    assert strip_gif(result.data).frames == 3
    assert "moves and is left as it is: 1300 × 20 pixels" in (result.note or "")
    assert "gifsicle" in (result.advice or "")


@pytest.mark.parametrize(
    ("data", "what", "ending", "fix"),
    [
        (b"", "is empty", "png", "save it again"),
        (b"geen plaatje", "is not a PNG, JPEG or GIF", "png", "Outlook"),
        (b"<svg xmlns='x'/>", "is an SVG", "svg", "rsvg-convert -w 1200 'de kade.svg' -o 'de kade'@2x.png"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<SVG>", "is an SVG", "svg", "rsvg-convert"),
        (b"\0\0\0\x18ftypheic\0\0", "is a HEIC", "HEIC", "magick 'de kade.HEIC' 'de kade'.jpg"),
        (b"BM" + b"\0" * 60, "is a BMP", "bmp", "magick 'de kade.bmp' 'de kade'.png"),
        (b"II*\0" + b"\0" * 60, "is a TIFF", "tif", "magick 'de kade.tif' 'de kade'.jpg"),
        (b"%PDF-1.4", "is a PDF", "pdf", "pdftoppm -png -r 200 'de kade.pdf' 'de kade'"),
    ],
)
def test_a_file_no_mail_program_shows_is_refused_with_what_to_type(
    data: bytes, what: str, ending: str, fix: str
) -> None:
    with pytest.raises(PictureFault) as caught:
        process(data, order(name=f"de kade.{ending}"))

    assert caught.value.what.startswith(what)
    assert fix in caught.value.fix


def test_a_moving_webp_is_refused() -> None:
    frames = [photo(40, 40), photo(40, 40).rotate(90)]

    with pytest.raises(PictureFault, match="moves"):
        process(saved(frames[0], "WEBP", save_all=True, append_images=frames[1:]), order())


def bomb(width: int, height: int) -> bytes:
    def chunk(name: bytes, content: bytes) -> bytes:
        named = name + content
        return struct.pack(">I", len(content)) + named + struct.pack(">I", zlib.crc32(named))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (2**31 - 1, 2**31 - 1), (40_000_001, 1)])
def test_a_bomb_is_judged_by_what_it_says_of_itself(width: int, height: int) -> None:
    with pytest.raises(PictureFault, match="pixels"):
        process(bomb(width, height), order())


def test_a_gif_that_never_ends_is_judged_before_its_frames_are_drawn() -> None:
    gif = saved(Image.new("P", (1, 1)), "GIF")
    frame = b",\0\0\0\0" + struct.pack("<HH", 6000, 6000) + b"\0\x08\x01\x01\0"
    data = gif[:6] + struct.pack("<HH", 6000, 6000) + gif[10:13]
    data += gif[13 : 13 + 3 * 2 ** ((gif[10] & 7) + 1)] + frame * 5000 + b";"

    with pytest.raises(PictureFault, match=r"5,000 frames of up to 6,000 by 6,000|damaged"):
        process(data, order())


def test_text_that_unpacks_to_gigabytes_is_never_unpacked() -> None:
    png = saved(photo(20, 20), "PNG")
    text = b"Comment\0\0" + zlib.compress(b"\0" * 50_000_000, 9)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))

    try:
        result = process(png[:33] + chunk + png[33:], order())
    except PictureFault as fault:
        assert fault.what == "is damaged or cut off"  # noqa: PT017  # either end is a right one
    else:
        assert b"zTXt" not in result.data


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.98])
def test_a_file_that_is_cut_off_is_told_so(secretive: dict[str, bytes], kind: str, part: float) -> None:
    whole = secretive[kind].removesuffix(SECRET)

    with pytest.raises(PictureFault, match=r"damaged|not a PNG|empty"):
        process(whole[: int(len(whole) * part)], order())


@pytest.mark.parametrize("kind", list(Kind))
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_damage_ends_in_a_picture_or_a_fault(
    secretive: dict[str, bytes], kind: str, data: st.DataObject
) -> None:
    content = bytearray(secretive[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        spot = data.draw(st.integers(0, len(content) - 1) | st.integers(0, min(400, len(content) - 1)))
        content[spot] = data.draw(st.integers(0, 255))

    try:
        result = process(bytes(content), order())
    except PictureFault:
        return

    assert SECRET not in result.data
    assert opened(result.data).size == (result.width, result.height)


@given(
    width=st.integers(1, 2000),
    height=st.integers(1, 300),
    is_double=st.booleans(),
    most=st.integers(100, 1500),
    kind=st.sampled_from(["PNG", "JPEG", "GIF"]),
)
@settings(max_examples=40, deadline=None)
def test_any_size_keeps_its_shape_and_never_grows(
    width: int, height: int, is_double: bool, most: int, kind: str
) -> None:
    data = saved(Image.new("RGB", (width, height), "navy"), kind)

    result = process(data, order(is_double=is_double, max_width_px=most))

    assert result.width == min(width, most)
    assert abs(result.height - height * result.width / width) <= 1
    assert result.shown_width == (-(-width // 2) if is_double else width)
    assert result == process(data, order(is_double=is_double, max_width_px=most))
