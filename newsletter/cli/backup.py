"""`newsletter backup`: the database in one file, made while letters are sent."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, say

__all__ = ["command"]


@click.command("backup")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder to write it to.")
@click.option(
    "--verify", type=click.Path(path_type=Path), metavar="FILE", help="Look through a backup instead."
)
@json_option
def command(output: Path | None, verify: Path | None, as_json: bool) -> int:
    """Put list, ledger and events in one file, complete at one moment, also while letters are sent.

    It holds every address and the key that signs links: keep it as you keep the database.
    """
    with open_project() as project:
        if verify is not None:
            if output is not None:
                raise click.UsageError("choose one of --output and --verify")
            return _verify(project.backups.verify(verify), as_json=as_json)
        made = project.backups.make(output)
    counts = made.manifest.counts
    if as_json:
        emit_json(
            {
                "file": str(made.path),
                "size_bytes": made.size_bytes,
                "made_at": made.manifest.made_at,
                "schema": made.manifest.revision,
                "rows": dict(counts),
                "removed": [str(one) for one in made.removed],
            }
        )
        return 0
    click.echo(made.path)
    say(
        f"{many(counts.get('subscriber', 0), 'subscriber')}, {many(counts.get('campaign', 0), 'campaign')}, "
        f"{made.size_bytes / 1_000_000:.1f} MB; read again and found whole."
    )
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
                "changed_files": list(verified.changed),
            }
        )
        return 0
    click.echo(f"whole: made {manifest.made_at:%Y-%m-%d %H:%M} UTC by version {manifest.version}")
    for name in ("subscriber", "suppression", "campaign", "delivery"):
        click.echo(f"  {manifest.counts.get(name, 0):>9,} {name}")
    if verified.changed:
        say(f"Other now than then: {', '.join(verified.changed)}")
    return 0
