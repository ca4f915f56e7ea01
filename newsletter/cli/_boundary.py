"""The one place where errors become exit codes; what is printed then comes from `_complaints`."""

from __future__ import annotations

import sys

import click

__all__ = ["run"]

_INTERRUPTED = 130
_PIPE_CLOSED = 141


def run(cli: click.Group) -> int:
    """Run `cli` on the process's arguments and return its exit code.

    0 done · 1 findings · 2 usage or configuration · 3 the issue cannot be built · 4 incomplete ·
    5 refused or halted · 6 store · 7 inbound · 70 bug · 75 another runner · 130 interrupted ·
    141 whoever read our output left.
    """
    try:
        result = cli.main(prog_name="newsletter", standalone_mode=False)
        sys.stdout.flush()
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("\nStopped; nothing further was done. See where things stand: newsletter status", err=True)
        return _INTERRUPTED
    except (SystemExit, BrokenPipeError):  # the first is Click's answer to the second, and nothing else here
        from newsletter.cli._complaints import drop_output

        drop_output()
        return _PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug must end with its own code
        from newsletter.cli._complaints import complain  # not needed for --help, and takes its time

        return complain(error)
    return result if isinstance(result, int) else 0
