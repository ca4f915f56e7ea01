"""`newsletter completion`: what makes the TAB key know this program."""

from __future__ import annotations

import click

__all__ = ["command"]


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def command(ctx: click.Context, shell: str) -> None:
    """Print the script by which SHELL completes commands, issues, segments, campaigns and codes of checks.

    For bash, put this in ~/.bashrc:  eval "$(newsletter completion bash)".
    For zsh, in ~/.zshrc:  eval "$(newsletter completion zsh)".
    For fish, once:  newsletter completion fish > ~/.config/fish/completions/newsletter.fish
    """
    from newsletter.cli._completion import script

    click.echo(script(ctx.find_root().command, shell))
