"""`newsletter serve`: the public site."""

from __future__ import annotations

import click

from newsletter.cli._console import open_project, say

__all__ = ["command"]


@click.command("serve")
@click.option("--host", default=None, show_default="[site] host", help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=None,
    show_default="[site] port",
    help="Port to listen on; 0 takes a free one.",
)
def command(host: str | None, port: int | None) -> None:
    """Serve the public site: subscribe, choose, leave."""
    from newsletter.site import serve_site

    with open_project() as project:
        site = project.config.site

        def announce(address: str) -> None:
            click.echo(address)
            say("The site answers there. Stop with Ctrl-C.")

        serve_site(
            project,
            host=host or site.host,
            port=site.port if port is None else port,
            announce=announce,
        )
    say("Stopped.")
