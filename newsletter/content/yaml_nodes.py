"""Front matter as YAML nodes that know where they stand, with the slips people make explained first."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

import yaml

from newsletter.content.source_text import control_character
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["NodePlaces", "compose_mapping", "entries", "is_bare"]

_MAX_DEPTH = 20
_MAX_SHOWN = 200
_LINE = re.compile(r"(?P<key>[A-Za-z_][\w-]*)(?P<colon>[ \t]*:)(?P<gap>[ \t]*)(?P<value>.*?)[ \t]*$")
_BLOCK_SCALAR = re.compile(r"[|>][-+0-9]*$")
_DOUBLE = re.compile(r'"(?:[^"\\]|\\.)*"')
_SINGLE = re.compile(r"'(?:[^']|'')*'")
_SPECIAL_START = "@`%*&![]{}#|>,?"


class NodePlaces:
    """Turns YAML's marks into places in the author's file."""

    def __init__(self, shown_path: str, first_line: int) -> None:
        """Remember the file and the line (from 1) on which the YAML starts."""
        self._shown_path = shown_path
        self._first_line = first_line

    def at(self, line: int, column: int | None = None) -> Place:
        """Return the place of `line` and `column`, both from 0."""
        shown_column = None if column is None else column + 1
        return Place(path=self._shown_path, line=self._first_line + line, column=shown_column)

    def of(self, node: yaml.Node) -> Place:
        """Return where `node` begins."""
        return self.at(node.start_mark.line, node.start_mark.column)


class _Loader(yaml.BaseLoader):
    """PyYAML without implicit types (every scalar is text), aliases or bottomless nesting."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # the stub leaves it bare
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.composer.ComposerError(
                None, None, "a value that starts with * or & refers to another one", event.start_mark
            )
        if getattr(event, "tag", None):
            raise yaml.composer.ComposerError(
                None, None, "a value that starts with ! names a type", event.start_mark
            )
        if self._depth >= _MAX_DEPTH:
            raise yaml.composer.ComposerError(None, None, "values are nested too deeply", event.start_mark)
        self._depth += 1
        node = super().compose_node(parent, index)  # type: ignore[arg-type]  # the stub narrows a pass-through
        self._depth -= 1
        return node


def compose_mapping(
    source: str, places: NodePlaces, text_keys: Mapping[str, bool], problems: list[Problem]
) -> yaml.MappingNode | None:
    """Return the mapping in `source`; slips are added to `problems`. None when it cannot be read at all.

    `text_keys` are the top-level keys that take a line of text, True where that is prose (in which # is
    no comment). A slip in one of those is explained and mended in passing, so that the other problems
    are found in the same run.
    """
    lines = [
        _mend_line(line, number, places, text_keys, problems)
        for number, line in enumerate(_with_next(source.split("\n")))
    ]
    try:
        node = yaml.compose("\n".join(lines), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        problems.append(_explain(error, lines, places))
        return None
    except yaml.reader.ReaderError as error:
        line = "\n".join(lines).count("\n", 0, error.position)
        problems.append(
            Problem(
                what=f"an invisible control character (U+{error.character:04X}) stands here",
                place=places.at(line),
                fix="delete it and type the text again",
            )
        )
        return None
    if node is None:
        return yaml.MappingNode("tag:yaml.org,2002:map", [])
    if not isinstance(node, yaml.MappingNode):
        problems.append(
            Problem(
                what="the front matter is not a list of keys with values",
                place=places.of(node),
                fix='write lines such as  subject: "What the letter is about"',
            )
        )
        return None
    return node


def entries(
    node: yaml.MappingNode, places: NodePlaces, problems: list[Problem]
) -> Iterator[tuple[str, yaml.ScalarNode, yaml.Node]]:
    """Yield (key, key node, value node) of a mapping; keys that are no text or come twice are problems."""
    seen: dict[str, Place] = {}
    for key_node, value_node in node.value:
        place = places.of(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            problems.append(
                Problem(what="a key must be a word", place=place, why="YAML reads a list or mapping here")
            )
            continue
        key = str(key_node.value)
        if control_character(key) is not None:
            problems.append(Problem(what="there is a control character in this key", place=place))
            continue
        if key in seen:
            problems.append(
                Problem(
                    what=f'"{key}" stands here a second time',
                    place=place,
                    why=f"the first is on line {seen[key].line}",
                    fix="keep one of the two",
                )
            )
            continue
        seen[key] = place
        yield key, key_node, value_node


def is_bare(node: yaml.Node) -> bool:
    """Say whether `node` is a scalar without quotes, which YAML 1.1 may take for something else."""
    return isinstance(node, yaml.ScalarNode) and node.style is None


def _with_next(lines: list[str]) -> Iterator[tuple[str, str]]:
    return zip(lines, [*lines[1:], ""], strict=True)


def _mend_line(
    pair: tuple[str, str],
    number: int,
    places: NodePlaces,
    text_keys: Mapping[str, bool],
    problems: list[Problem],
) -> str:
    line, following = pair
    match = _LINE.match(line)
    if match is None or match["key"] not in text_keys:
        return line
    key, value = match["key"], match["value"]
    slip = _missing_space(match) or _slip_in_value(value, following, is_prose=text_keys[key])
    if slip is None:
        return line
    what, fix = slip
    quoted = json.dumps(_without_quotes(value), ensure_ascii=False)
    shown = quoted if len(quoted) <= _MAX_SHOWN else '"…"'
    problems.append(
        Problem(
            what=what.format(key=key),
            place=places.at(number, match.start("value")),
            fix=fix.format(line=f"{key}: {shown}"),
        )
    )
    return f"{key}: {quoted}"


def _missing_space(match: re.Match[str]) -> tuple[str, str] | None:
    if match["value"] and not match["gap"]:
        return "there is no space after the colon of {key}", "write {line}"
    return None


def _slip_in_value(value: str, following: str, *, is_prose: bool) -> tuple[str, str] | None:
    if value[:1] in ("'", '"'):
        return _slip_in_quotes(value, following)
    if not value or _BLOCK_SCALAR.fullmatch(value):
        return None
    fix = "put the text in quotes: {line}"
    text = value if is_prose else re.sub(r"\s#.*", "", value)
    if re.search(r":(?:\s|$)", text):
        return 'the {key} contains ": ", which YAML reads as a new key', fix
    if value.startswith(("- ", "? ")) or value[0] in _SPECIAL_START:
        return f'the {{key}} starts with "{_shown(value[0])}", which means something else in YAML', fix
    if is_prose and re.search(r"\s#", value):
        return 'the {key} contains " #", and YAML drops everything behind it', fix
    return None


def _slip_in_quotes(value: str, following: str) -> tuple[str, str] | None:
    match = (_DOUBLE if value[0] == '"' else _SINGLE).match(value)
    if match is None:
        if following[:1] in (" ", "\t"):  # a quoted text may go on, indented, on the next line
            return None
        return "the quotes around the {key} are not closed", "write {line}"
    rest = value[match.end() :].strip()
    if rest and not rest.startswith("#"):
        return "there are quotes inside the quotes of the {key}", "write {line}"
    return None


def _without_quotes(value: str) -> str:
    quote = value[:1]
    if quote not in ("'", '"'):
        return value
    inner = value[1:-1] if len(value) > 1 and value.endswith(quote) else value[1:]
    return inner.replace('\\"', '"').replace("''", "'")


def _shown(char: str) -> str:
    return {"{": "{{", "}": "}}"}.get(char, char)


def _explain(error: yaml.MarkedYAMLError, lines: list[str], places: NodePlaces) -> Problem:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "it cannot be read"
    if error.context in ("while scanning a simple key", "while scanning a quoted scalar"):
        mark = error.context_mark or mark
    place = places.at(mark.line, mark.column) if mark else places.at(0)
    line = lines[mark.line] if mark and mark.line < len(lines) else ""
    if "'\\t'" in problem:
        return Problem(
            what="a tab stands here", place=place, why="YAML indents with spaces", fix="use spaces"
        )
    if "mapping values are not allowed" in problem:
        return Problem(
            what='": " makes YAML see a new key here',
            place=place,
            fix="put the value in quotes, or mend the indent",
        )
    if "could not find expected ':'" in problem:
        return Problem(
            what=f'"{line.strip()[:40]}" is not a key with a value', place=place, fix="write key: value"
        )
    if error.context == "while scanning a quoted scalar":
        return Problem(what="the quotes that open here are not closed", place=place, fix="close them")
    if " #" in line:
        return Problem(
            what="YAML cannot read this",
            place=place,
            why="behind a space, # starts a comment",
            fix='put a value with # in quotes, such as "#0b5"',
        )
    return Problem(what=f"YAML cannot read this: {problem}", place=place, fix="put the value in quotes")
