"""The one place where errors become exit codes and text on stderr."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from newsletter.errors import Problem

__all__ = ["run"]

_BUG = 70
_INTERRUPTED = 130


def run(cli: click.Group) -> int:
    """Run `cli` on the process's arguments and return its exit code.

    0 done · 1 findings · 2 usage or configuration · 3 the issue cannot be built · 4 incomplete ·
    5 refused or halted · 6 store · 7 inbound · 70 bug · 75 another runner · 130 interrupted.
    """
    try:
        result = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped; nothing further was done.", err=True)
        return _INTERRUPTED
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        click.echo("\nInterrupted; `newsletter status` shows where things stand.", err=True)
        return _INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug must end with its own code
        from newsletter.errors import NewsletterError  # not needed for --help, and takes its time

        if not isinstance(error, NewsletterError):
            return _bug(error)
        for problem in error.problems:
            _show(problem)
        return error.exit_code
    return result if isinstance(result, int) else 0


def _show(problem: Problem) -> None:
    place = click.style(f"{problem.place}: ", bold=True) if problem.place else ""
    click.echo(
        f"{place}{click.style('error: ', fg='red', bold=True)}{problem.what}", err=True, color=_color()
    )
    for label, text in (("why", problem.why), ("fix", problem.fix)):
        if text:
            shown = text.replace("\n", "\n       ")
            click.echo(f"  {click.style(label + ':', fg='cyan')} {shown}", err=True, color=_color())


def _color() -> bool | None:
    return False if "NO_COLOR" in os.environ or "--no-color" in sys.argv else None


def _bug(error: Exception) -> int:
    import traceback

    if "--debug" in sys.argv or os.environ.get("NEWSLETTER_DEBUG"):
        traceback.print_exception(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    click.echo(
        f"A bug: {type(error).__name__}: {error}\n"
        f"  at {os.path.basename(frame.filename)}:{frame.lineno}; nothing is half done.\n"  # noqa: PTH119 - a name
        "  fix: run again with `newsletter --debug …` and report what it prints",
        err=True,
    )
    return _BUG
