"""A browser found on this machine, driven by its command line to take a picture of a page."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from newsletter.errors import Problem, UsageError
from newsletter.probes.browser_path import find_browser

__all__ = ["take_picture"]

_PATIENCE_S = 90
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-quic",
    "--no-first-run",
    "--hide-scrollbars",
    "--mute-audio",
    "--force-device-scale-factor=1",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=10000",
)


def _browser() -> str:
    """Return the path of Chromium or one of its kin. Raises UsageError saying what to install."""
    found = find_browser()
    if found:
        return found
    raise UsageError(
        Problem(
            what="there is no Chromium or Chrome on this machine",
            why="the picture of all views is taken by a browser without a window",
            fix="install one, on Debian with: sudo apt install chromium",
        )
    )


async def take_picture(page: Path, picture: Path, *, width: int, height: int) -> None:
    """Write a picture (PNG) of the local file `page` in a window of `width` by `height` pixels.

    The browser starts empty in the folder of `picture`, looks up no host, and ends when this is cancelled.
    Raises UsageError when there is no browser or it does not do it.
    """
    command = [
        _browser(),
        *_OPTIONS,
        *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        f"--user-data-dir={picture.parent / 'browser'}",
        f"--window-size={width},{height}",
        f"--screenshot={picture}",
        page.as_uri(),
    ]
    pipe, nothing = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
    try:
        process = await asyncio.create_subprocess_exec(*command, stdin=nothing, stdout=nothing, stderr=pipe)
    except OSError as error:
        raise _failed(str(error)) from error
    try:
        async with asyncio.timeout(_PATIENCE_S):
            _, said = await process.communicate()
    except TimeoutError as error:
        raise _failed(f"it took more than {_PATIENCE_S} seconds") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if not picture.is_file():
        lines = said.decode("utf-8", "replace").strip().splitlines()
        raise _failed(lines[-1] if lines else f"it ended with {process.returncode}")


def _failed(reason: str) -> UsageError:
    return UsageError(
        Problem(
            what="the browser did not take the picture",
            why=reason[:300],
            fix="try again, or use another browser",
        )
    )
