"""Templates with an end: a Jinja2 sandbox that counts repetitions and refuses numbers and texts that explode.

Jinja2's own sandbox keeps a template from the program and the disk, not from running for hours or from
filling the memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.runtime import Context, markup_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

__all__ = ["MAX_REPEATS", "MAX_TEXT", "BoundedEnvironment"]

MAX_REPEATS = 50_000
"""Most turns of all loops and calls of all macros together, in one filling in."""

MAX_TEXT = 4_000_000
"""Most characters of any text in a template, and of what it becomes."""

_MAX_NUMBER = 10**15
_MAX_WIDTH = 10_000
_WIDE = re.compile(r"[%{][^%{}\s]*\d{5,}|%[^%\s]*\*")
_FILTERS = (
    "batch",
    "center",
    "format",
    "indent",
    "join",
    "replace",
    "round",
    "slice",
    "truncate",
    "wordwrap",
)
_WITH_WIDTH = {"batch", "center", "expandtabs", "indent", "ljust", "rjust", "round", "slice", "zfill"}


class BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Jinja2's immutable sandbox, for one filling in; raises jinja2.TemplateRuntimeError over the bounds."""

    intercepted_binops = frozenset(["**", "*", "+", "%"])

    def __init__(self, **options: Any) -> None:
        """Start the count at nothing; `options` are those of `jinja2.Environment`."""
        super().__init__(**options)
        self._repeats = 0
        self.concat = self.bounded  # type: ignore[method-assign]  # how Jinja2 is meant to be told
        del self.globals["lipsum"]
        for name in _FILTERS:
            self.filters[name] = _judged(name, self.filters[name])

    def tick(self) -> None:
        """Count one turn of a loop, macro, block or template."""
        self._repeats += 1
        if self._repeats > MAX_REPEATS:
            raise jinja2.TemplateRuntimeError(f"the template repeats more than {MAX_REPEATS:,} times")

    def bounded(self, pieces: Iterable[str]) -> str:
        """Return `pieces` as one text."""
        kept: list[str] = []
        length = 0
        for piece in pieces:
            length += len(piece)
            if length > MAX_TEXT:
                raise jinja2.TemplateRuntimeError(f"the template becomes more than {MAX_TEXT:,} characters")
            kept.append(piece)
        return "".join(kept)

    def tilde(self, pieces: list[object]) -> str:
        """Return what `a ~ b` stands for."""
        if sum(len(piece) for piece in pieces if isinstance(piece, str)) > MAX_TEXT:
            raise jinja2.TemplateRuntimeError(f"a text grows over {MAX_TEXT:,} characters")
        return markup_join(pieces)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate, unless the result would be enormous."""
        if _is_enormous(operator, left, right):
            raise jinja2.TemplateRuntimeError(f"the outcome of {operator} is too large for a template")
        return super().call_binop(context, operator, left, right)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call what a template calls, unless its arguments ask for something enormous."""
        _judge(getattr(obj, "__name__", ""), getattr(obj, "__self__", None), (*args, *kwargs.values()))
        return super().call(context, obj, *args, **kwargs)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Return the sandbox's own `str.format` for `value`, unless it asks for too wide a text."""
        if getattr(value, "__name__", "") in ("format", "format_map"):
            _judge("format", getattr(value, "__self__", None), ())
        return super().wrap_str_format(value)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        _Tilde().visit(tree)
        for kind in (nodes.For, nodes.Macro, nodes.CallBlock, nodes.Block):
            for block in tree.find_all(kind):
                block.body.insert(0, self._ticking(block.lineno))  # type: ignore[attr-defined]  # they have
        tree.body.insert(0, self._ticking(1))
        return tree

    def _ticking(self, line: int) -> nodes.Node:
        tick = nodes.Call(nodes.EnvironmentAttribute("tick"), [], [], None, None)
        return nodes.ExprStmt(tick).set_lineno(line).set_environment(self)


class _Tilde(NodeTransformer):
    """Puts a call in the place of each `a ~ b`, which the compiler writes out where nothing can watch it."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Call:  # noqa: N802 (the visitor's naming)
        self.generic_visit(node)
        pieces = nodes.List(node.nodes, lineno=node.lineno, environment=node.environment)
        tilde = nodes.EnvironmentAttribute("tilde", lineno=node.lineno, environment=node.environment)
        return nodes.Call(tilde, [pieces], [], None, None, lineno=node.lineno, environment=node.environment)


def _is_enormous(operator: str, left: object, right: object) -> bool:
    if operator == "%":
        return isinstance(left, str) and _WIDE.search(left) is not None
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        if operator == "**":
            return abs(right) > 64 or abs(left) > 10_000
        return max(abs(left), abs(right)) > _MAX_NUMBER
    sizes = [_size(one) for one in (left, right)]
    return (sizes[0] + sizes[1] if operator == "+" else sizes[0] * sizes[1]) > MAX_TEXT


def _size(value: object) -> int:
    if isinstance(value, int):
        return abs(value)
    return len(value) if isinstance(value, (str, bytes, list, tuple)) else 1


def _judge(name: str, value: object, arguments: Iterable[object]) -> None:
    """Refuse widths that are none, and texts that multiply, for the method or filter `name` of `value`."""
    arguments = (*arguments, value if isinstance(value, str) else "")
    product = 1
    for argument in arguments:
        if name in _WITH_WIDTH and isinstance(argument, int) and abs(argument) > _MAX_WIDTH:
            raise jinja2.TemplateRuntimeError(f"{argument:,} is too large a number for {name}")
        if isinstance(argument, str):
            product *= max(len(argument), 1)
            if _WIDE.search(argument):
                raise jinja2.TemplateRuntimeError(f"{argument[:40]!r} asks for too wide a text")
    if product > MAX_TEXT * 100:
        raise jinja2.TemplateRuntimeError(f"a text grows over {MAX_TEXT:,} characters")


def _judged(name: str, filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Return `filter_` so that it looks at its arguments first; wraps() keeps Jinja2's marks on it."""

    @wraps(filter_)
    def judged(*args: Any, **kwargs: Any) -> Any:
        _judge(name, args[0] if args else None, (*args[1:], *kwargs.values()))
        return filter_(*args, **kwargs)

    return judged
