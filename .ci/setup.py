"""Make `.venv` at the versions of `uv.lock`: with uv where it is installed, else with venv and pip.

Run by `make`; safe to run again. Needs nothing but Python 3.11 or later. `--constraints` prints the locked
versions instead, for an environment made elsewhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".venv"


def main() -> None:
    """Set up the environment and leave the mark that `make` looks for."""
    if sys.version_info < (3, 11):
        sys.exit(
            f"Python 3.11 or later is needed; this is {sys.version.split()[0]}. Try: make PYTHON=python3.12"
        )
    if "--constraints" in sys.argv[1:]:
        print("".join(f"{name}=={version}\n" for name, version in locked()), end="")
        return
    uv = shutil.which("uv")
    if not uv or not with_uv(uv):
        with_pip()
    (HOME / ".ready").write_text("")


def with_uv(uv: str) -> bool:
    """Let uv do it all, exactly as locked; say whether it could."""
    command = [uv, "sync", "--frozen", "--quiet", "--python", sys.executable]
    if subprocess.run(command, cwd=ROOT, check=False).returncode == 0:
        return True
    print("uv could not set up the environment; going on with venv and pip.", flush=True)
    shutil.rmtree(HOME, ignore_errors=True)
    return False


def with_pip() -> None:
    """Make a virtual environment and install with the lock's versions as constraints."""
    python = HOME / "bin" / "python"
    if not python.exists():
        print("Making .venv …", flush=True)
        try:
            venv.create(HOME, with_pip=True)
        except subprocess.CalledProcessError:
            shutil.rmtree(HOME, ignore_errors=True)
            sys.exit(
                "Python's venv module is not complete here. On Debian and Ubuntu: apt install python3-venv"
            )
    constraints = HOME / "constraints.txt"
    constraints.write_text("".join(f"{name}=={version}\n" for name, version in locked()))
    print("Installing the locked versions (a minute or so the first time) …", flush=True)
    run(
        str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--constraint", str(constraints), "--editable", str(ROOT), *development(),
    )  # fmt: skip


def locked() -> list[tuple[str, str]]:
    """Return name and version of every package in `uv.lock` but our own."""
    import tomllib

    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    return [
        (package["name"], package["version"])
        for package in lock["package"]
        if "editable" not in package.get("source", {})
    ]


def development() -> list[str]:
    """Return the requirements of the development group."""
    import tomllib

    return list(tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]["dev"])


def run(*command: str) -> None:
    """Run `command` in the project; leave with its exit code when it fails."""
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"PYTHONUTF8": "1"}, check=False)
    if done.returncode:
        sys.exit(done.returncode)


if __name__ == "__main__":
    main()
