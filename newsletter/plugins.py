"""Entry points: find a provider by name, load it, and name the culprit when it breaks."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from newsletter.domain.nearest import nearest
from newsletter.errors import ConfigError, Problem

__all__ = ["load_plugin", "plugin_names"]


def plugin_names(group: str) -> list[str]:
    """Return the names registered in `group`, in order; nothing is imported."""
    return sorted({point.name for point in entry_points(group=group)})


def load_plugin(group: str, name: str) -> Any:  # the caller knows the group's type
    """Import and return the object registered as `name` in `group`.

    Raises ConfigError naming the known names, the missing package or the broken distribution.
    """
    points: dict[str, EntryPoint] = {point.name: point for point in entry_points(group=group)}
    if name not in points:
        near = nearest(name, points)
        known = ", ".join(sorted(points)) or "none"
        raise ConfigError(
            Problem(
                what=f'there is no {_kind(group)} "{name}"',
                why=f"known are: {known}",
                fix=f'did you mean "{near}"?' if near else None,
            )
        )
    try:
        return points[name].load()
    except ImportError as error:
        owner = points[name].dist
        raise ConfigError(
            Problem(
                what=f'"{name}" cannot be loaded: {error}',
                why=f"it comes from {owner.name} {owner.version}" if owner else None,
                fix="install what is missing, then try again",
            )
        ) from error


def _kind(group: str) -> str:
    return group.rpartition(".")[2].rstrip("s").replace("_", " ")
