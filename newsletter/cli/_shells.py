"""How each shell asks what may come next, and in which form it is answered."""

from __future__ import annotations

import re
from typing import Final

import click
from click.shell_completion import BashComplete, CompletionItem, FishComplete, ShellComplete, ZshComplete

__all__ = ["VARIABLE", "for_shell"]

VARIABLE: Final = "_NEWSLETTER_COMPLETE"
"""Set by the shell's script when it asks; what was typed comes in two other variables, as Click has it."""

_BASH = """\
%(complete_func)s() {
    local completion kind value
    local -a response
    mapfile -t response < <(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD="$COMP_CWORD" \
%(complete_var)s=bash_complete "$1")
    COMPREPLY=()
    for completion in "${response[@]}"; do
        kind=${completion%%%%,*} value=${completion#*,}
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
_FISH = """\
function %(complete_func)s
    set -l response (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) \
COMP_CWORD=(commandline -ct) %(prog_name)s)
    for completion in $response
        set -l parts (string split --max 1 "," $completion)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                echo $parts[2]
        end
    end
end

complete --no-files --keep-order --command %(prog_name)s --arguments "(%(complete_func)s)"
"""


class _WholeWords(ShellComplete):
    """For shells that replace the whole word: `--to=ev` becomes `--to=everyone`, not `everyone`."""

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem]:
        option, equals, _ = incomplete.partition("=")
        offered = super().get_completions(args, incomplete)
        if not equals or not option.startswith("--"):
            return offered
        return [
            CompletionItem(f"{option}={one.value}", help=one.help) if one.type == "plain" else one
            for one in offered
        ]


class _Bash(BashComplete):
    """Bash takes `--to=ev` apart at the sign, and puts what is offered into the line as it stands.

    Click's own script drops the backslash before a space.
    """

    source_template = _BASH

    def get_completion_args(self) -> tuple[list[str], str]:
        args, incomplete = super().get_completion_args()
        if args and args[-1] == "=":
            args.pop()
        return args, incomplete

    def format_completion(self, item: CompletionItem) -> str:
        value = re.sub(r"([^\w@%+=:,./~-])", r"\\\1", item.value) if item.type == "plain" else item.value
        return f"{item.type},{value}"


class _Zsh(_WholeWords, ZshComplete):
    pass


class _Fish(_WholeWords, FishComplete):
    """A line for each offer, cut at its first comma alone: Click's own script has had several forms."""

    source_template = _FISH

    def format_completion(self, item: CompletionItem) -> str:
        meaning = f"\t{' '.join(item.help.split())}" if item.help else ""
        return f"{item.type},{item.value}{meaning}"


def for_shell(cli: click.Command, shell: str) -> ShellComplete:
    """Return what speaks with `shell`: bash, zsh or fish. Raises KeyError for another."""
    kinds: dict[str, type[ShellComplete]] = {"bash": _Bash, "zsh": _Zsh, "fish": _Fish}
    return kinds[shell](cli, {}, "newsletter", VARIABLE)
