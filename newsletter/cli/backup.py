"""`newsletter backup`: the database in one file, made while letters are sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, say

if TYPE_CHECKING:
    from newsletter.project.upkeep.backup import Manifest

__all__ = ["command"]


@click.command("backup")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write it to.")
@click.option(
    "--verify", type=click.Path(path_type=Path), metavar="FILE", help="Look through a backup instead."
)
@click.option("--no-mails", is_flag=True, help="Leave out the originals of mails that came in.")
@json_option
def command(output: Path | None, verify: Path | None, no_mails: bool, as_json: bool) -> int:
    """Put list, ledger, events and mails that came in in one file, also while letters are sent.

    It is complete at one moment. It holds every address and the key that signs links: keep it as you keep the
    database.
    """
    with open_project() as project:
        if verify is not None:
            if output is not None or no_mails:
                raise click.UsageError("--verify goes with neither --output nor --no-mails")
            return _verify(project.backups.verify(verify), as_json=as_json)
        made = project.backups.make(output, with_mails=not no_mails)
    counts = made.manifest.counts
    if as_json:
        emit_json(
            {
                "file": str(made.path),
                "size_bytes": made.size_bytes,
                "made_at": made.manifest.made_at,
                "schema": made.manifest.revision,
                "rows": dict(counts),
                "mails": _mails(made.manifest),
                "removed": [str(one) for one in made.removed],
            }
        )
        return 0
    click.echo(made.path)
    say(
        f"{many(counts.get('subscriber', 0), 'subscriber')}, {many(counts.get('campaign', 0), 'campaign')}, "
        f"{made.size_bytes / 1_000_000:.1f} MB; read again and found whole."
    )
    _tell_mails(made.manifest)
    if made.removed:
        say(f"Older ones removed: {', '.join(one.name for one in made.removed)}")
    return 0


def _verify(verified: object, *, as_json: bool) -> int:
    from newsletter.project.upkeep.backup import Verified

    assert isinstance(verified, Verified)
    manifest = verified.manifest
    if as_json:
        emit_json(
            {
                "made_at": manifest.made_at,
                "version": manifest.version,
                "schema": manifest.revision,
                "rows": dict(manifest.counts),
                "mails": _mails(manifest),
                "changed_files": list(verified.changed),
            }
        )
        return 0
    click.echo(f"whole: made {manifest.made_at:%Y-%m-%d %H:%M} UTC by version {manifest.version}")
    for name in ("subscriber", "suppression", "campaign", "delivery"):
        click.echo(f"  {manifest.counts.get(name, 0):>9,} {name}")
    _tell_mails(manifest)
    if verified.changed:
        say(f"Other now than then: {', '.join(verified.changed)}")
    return 0


def _mails(manifest: Manifest) -> dict[str, int] | None:
    kept = manifest.mails
    if kept is None:
        return None
    return {"count": kept.count, "size_bytes": kept.size_bytes, "missing": kept.missing}


def _tell_mails(manifest: Manifest) -> None:
    kept = manifest.mails
    if kept is None:
        if manifest.counts.get("spool", 0):
            say("The originals of mails that came in are not in it.")
        return
    if kept.count or kept.missing:
        say(f"{many(kept.count, 'original')} of mails that came in, {kept.size_bytes / 1_000_000:.1f} MB.")
    if kept.missing:
        say(
            f"{many(kept.missing, 'original')} had no file any more; what is left in the mailbox comes with:"
            " newsletter replies fetch --again"
        )
