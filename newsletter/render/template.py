"""Templates: found, filled in with Jinja2 under lock and key, every error with its file and line.

`templates/NAME.mjml.j2` is looked up in the project first, then among the packaged ones; `packaged/NAME` asks
for the packaged one alone, so that a template can extend the one it takes the name of. The issue's text is a
value in a template, never template source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import CodeType, TracebackType

import jinja2
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

import newsletter
from newsletter.domain.nearest import nearest
from newsletter.errors import ContentError, Problem
from newsletter.render.linemap import mark, mark_tags
from newsletter.render.template_bounds import BoundedEnvironment
from newsletter.render.template_dates import add_date_forms
from newsletter.render.template_names import undefined_name
from newsletter.render.template_outline import left_out
from newsletter.render.template_syntax import syntax_problem
from newsletter.source import Place, shown_path

__all__ = ["PACKAGED", "SUFFIX", "FilledTemplate", "fill_template", "template_folders", "template_place"]

SUFFIX = ".mjml.j2"
"""What a template's file name ends in."""

PACKAGED = "packaged/"
"""Before a name, asks for the template that comes with the program, whatever the project has of that name."""

_LETTER = "content"
_MAX_COMPILED = 128
_FAILURES = (
    jinja2.TemplateError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    AttributeError,
    MemoryError,
)


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """MJML with marks for line numbers, and the SHA-256 (hex) of every template file it came from."""

    marked: str
    inputs: Mapping[str, str]


def template_folders(root: Path) -> tuple[Path, ...]:
    """Return where templates are looked up, in order: the project's folder, then the packaged one."""
    package = Path(newsletter.__file__).parent
    packaged = package / "_templates"
    if not packaged.is_dir():
        packaged = package.parent / "templates"  # a checkout keeps them beside the package
    own = root / "templates"
    return (own,) if own == packaged else (own, packaged)


def template_place(name: str) -> Place:
    """Return the file of template `name` as a place, for a fault whose line nobody knows."""
    return Place(path=f"templates/{name}{SUFFIX}")


def _template_names(root: Path) -> tuple[str, ...]:
    """Return the names an issue may give as its template, sorted; `_NAME` is a part of others."""
    return tuple(
        sorted(
            {
                path.name.removesuffix(SUFFIX)
                for folder in template_folders(root)
                if folder.is_dir()
                for path in folder.glob(f"[!_]*{SUFFIX}")
                if path.is_file()
            }
        )
    )


def fill_template(name: str, root: Path, variables: Mapping[str, object], *, asked: Place) -> FilledTemplate:
    """Fill in template `name` of the project at `root` with `variables`.

    `asked` is where the issue names the template. Raises ContentError: no such template (with the nearest
    name), a slip in its syntax, an unknown variable, or anything that goes wrong inside it.
    """
    names = _template_names(root)
    if name not in names:
        raise ContentError(_unknown(name, names, asked))
    loader = _Loader(root, template_folders(root))
    environment = BoundedEnvironment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        extensions=[_LineMarks],
        bytecode_cache=_compiled_templates(root),
        trim_blocks=False,
    )
    add_date_forms(environment)
    try:
        marked = environment.get_template(name + SUFFIX).render(variables)
    except jinja2.TemplateNotFound as error:
        raise ContentError(_not_found(error, loader, names)) from error
    except jinja2.TemplateSyntaxError as error:
        # of a comment without end, Jinja2 gives the file for the name
        wrong = loader.place(loader.named(error.name) or error.name or name + SUFFIX, error.lineno)
        raise ContentError(syntax_problem(error, environment, wrong)) from error
    except jinja2.UndefinedError as error:
        failed = loader.failed(error.__traceback__) or template_place(name)
        raise ContentError(undefined_name(error, variables, failed)) from error
    except _FAILURES as error:
        failed = loader.failed(error.__traceback__) or template_place(name)
        raise ContentError(Problem(what=_plain(error), place=failed)) from error
    except SyntaxError as error:  # of the Python that Jinja2 makes of a template
        raise ContentError(
            Problem(
                what=f"the template cannot be carried out: {error.msg}",
                place=loader.file(error.filename) or template_place(name),
                why="its blocks stand too deep inside each other, or an argument has a name twice",
            )
        ) from error
    except RecursionError as error:
        raise ContentError(
            Problem(
                what="the template includes or calls itself without end, or is nested too deep",
                place=loader.failed(error.__traceback__) or template_place(name),
            )
        ) from error
    ContentError.raise_if(
        [problem for each in loader.texts for problem in left_out(each, loader.texts.get, loader.place)]
    )
    return FilledTemplate(marked, dict(sorted(loader.digests.items())))


class _Loader(jinja2.BaseLoader):
    """Reads templates from folders and remembers which, with their digests."""

    def __init__(self, root: Path, folders: tuple[Path, ...]) -> None:
        self.root = root
        self.folders = folders
        self.digests: dict[str, str] = {}
        self.texts: dict[str, str] = {}

    def get_source(
        self,
        environment: jinja2.Environment,  # noqa: ARG002 (Jinja2's signature)
        template: str,
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        """Return text and path of `template`. Raises jinja2.TemplateNotFound, ContentError."""
        path = self._path(template)
        if path is None:
            raise jinja2.TemplateNotFound(template)
        try:
            data = path.read_bytes()
            text = data.decode("utf-8-sig")
        except OSError as error:
            raise ContentError(
                Problem(
                    what=f"the template cannot be read: {error.strerror}", place=self.place(template, None)
                )
            ) from error
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise ContentError(
                Problem(
                    what="the template is not UTF-8", place=self.place(template, line), fix="save it as UTF-8"
                )
            ) from error
        self.digests[f"templates/{template}"] = sha256(data).hexdigest()
        self.texts[template] = text
        return text, str(path), lambda: False

    def place(self, template: str, line: int | None) -> Place:
        """Return where `line` of `template` is, as the author would type it."""
        path = self._path(template)
        if path is None:
            return Place(path=f"templates/{template}", line=line)
        return Place(path=shown_path(path, self.root), line=line)

    def file(self, filename: str | None) -> Place | None:
        """Return the template in `filename` as a place, None when no template was read from there."""
        found = self.named(filename)
        return self.place(found, None) if found else None

    def named(self, filename: str | None) -> str | None:
        """Return the name of the template in `filename`, None when no template was read from there."""
        names = (name[len("templates/") :] for name in self.digests)
        return next((name for name in names if filename and str(self._path(name)) == filename), None)

    def failed(self, traceback: TracebackType | None) -> Place | None:
        """Return the innermost template line in `traceback`, which Jinja2 has rewritten to our files."""
        files = {str(path): name for name in self.digests if (path := self._path(name[len("templates/") :]))}
        found: Place | None = None
        while traceback is not None:
            name = files.get(traceback.tb_frame.f_code.co_filename)
            if name is not None:
                found = self.place(name[len("templates/") :], traceback.tb_lineno)
            traceback = traceback.tb_next
        return found

    def _path(self, template: str) -> Path | None:
        """Return the file of `template`, None for one that is not there or outside the folders."""
        parts = PurePosixPath(template).parts
        if not parts or ".." in parts or template.startswith("/") or "\\" in template or "\0" in template:
            return None
        folders, name = self.folders, template
        if template.startswith(PACKAGED):
            folders, name = self.folders[-1:], template.removeprefix(PACKAGED)
        return next((path for folder in folders if (path := folder / name).is_file()), None)


class _LineMarks(Extension):
    """Puts a mark before every tag of a template's own text, so that faults have its line."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Yield the tokens of one template, with marks in its data."""
        loader = self.environment.loader
        template = stream.name
        if not isinstance(loader, _Loader) or template is None:
            yield from stream
            return
        path = loader.place(template, None).path
        written: list[str] = []  # what stands in the braces before, such as `content`
        for token in stream:
            if token.type != "data":
                written = [] if token.type == "variable_begin" else [*written, str(token.value)]
                yield token
                continue
            marked = mark_tags(token.value, path, token.lineno)
            if written[:1] == [_LETTER]:  # the letter has marks of its own
                marked = mark(path, token.lineno) + marked
            written = []
            yield Token(token.lineno, token.type, marked)


class _CompiledTemplates(BytecodeCache):
    """Keeps the compiled templates of one project in memory; the key holds path and text."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` its code when this very text was compiled before."""
        code = self.codes.get((bucket.key, bucket.checksum))
        if code is not None:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of `bucket`; forget everything when there is too much."""
        if len(self.codes) >= _MAX_COMPILED:
            self.codes.clear()
        if bucket.code is not None:
            self.codes[bucket.key, bucket.checksum] = bucket.code


@lru_cache(maxsize=8)
def _compiled_templates(root: Path) -> _CompiledTemplates:  # noqa: ARG001 (marks hold paths relative to it)
    return _CompiledTemplates()


def _unknown(name: str, names: tuple[str, ...], asked: Place) -> Problem:
    near = nearest(name, names)
    return Problem(
        what=f'there is no template "{name}"',
        place=asked,
        why=f"known are: {', '.join(names)}" if names else f"templates/ has no file that ends in {SUFFIX}",
        fix=f'did you mean "{near}"?' if near else f"make templates/{name}{SUFFIX}",
    )


def _not_found(error: jinja2.TemplateNotFound, loader: _Loader, names: tuple[str, ...]) -> Problem:
    wanted = str(error.name)
    near = nearest(wanted, [name + SUFFIX for name in names])
    return Problem(
        what=f'there is no template file "{wanted}"',
        place=loader.failed(error.__traceback__),
        fix=f'did you mean "{near}"?' if near else None,
    )


def _plain(error: Exception) -> str:
    """Say in one line what went wrong in a template."""
    text = " ".join(str(error).split()) or type(error).__name__
    return text if isinstance(error, jinja2.TemplateError) else f"the template fails: {text}"
