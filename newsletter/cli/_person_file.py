"""`newsletter subscribers export EMAIL`: all that is kept of one person, in a file for them."""

from __future__ import annotations

from pathlib import Path

from newsletter.cli._console import open_project, say
from newsletter.errors import Problem, UsageError

__all__ = ["export_person"]


def export_person(email: str, output: Path | None) -> None:
    """Write everything kept about `email` to `output`, or to person.zip here; for its owner only.

    Raises UsageError also when the file exists already.
    """
    from newsletter.project.people.dossier import make_dossier
    from newsletter.replacing import replace_file

    path = output or Path("person.zip")
    if path.exists():
        raise UsageError(Problem(what=f"{path} exists already", fix="choose another file with -o"))
    with open_project() as project:
        dossier = make_dossier(project, email)
    try:
        replace_file(path, dossier.data, new_mode=0o600)
    except OSError as error:
        raise UsageError(
            Problem(what=f"{path} cannot be written: {error.strerror}", fix="choose another file with -o")
        ) from error
    told = ", ".join(f"{number} {name}" for name, number in dossier.counts.items())
    say(f"Wrote {path}: {told}")
    say("Give it to nobody but them, and remove it afterwards: it holds all that is known of them")
