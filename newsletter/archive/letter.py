"""An issue becomes a letter for everybody: neutral words, no conditional blocks, pictures beside the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from newsletter.archive.article import Article, Labels, article_text, write_article
from newsletter.archive.edition import ArchivedLetter
from newsletter.archive.neutral import Neutral
from newsletter.config.schema import Config
from newsletter.content.conditions import show_variant
from newsletter.content.document import Document, Image
from newsletter.content.slots import protect_front_matter
from newsletter.content.typography import typeset_line
from newsletter.domain.issue import Issue
from newsletter.domain.picture import PictureDelivery, PictureFile
from newsletter.domain.slot import Slot
from newsletter.errors import ContentError
from newsletter.render.pictures.letter import LetterPictures, Picture, read_pictures
from newsletter.render.pictures.theme import LOGO, narrowed, theme_images
from newsletter.render.voices import hear_readers
from newsletter.source import Place

__all__ = ["LetterForAll", "letter_for_all", "letter_head", "letter_words", "logo_picture", "mail_pictures"]

_NO_LETTER = Document(
    issue=Issue(
        path=Path(),
        shown_path="",
        slug="archive",
        subject="",
        lang="",
        template="",
        body="",
        body_line=1,
        digest="",
    ),
    tokens=(),
)
_ANYWHERE = "https://archive.invalid"  # replaced by the letter's own before anybody sees it


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterForAll:
    """A letter for everybody, and the slots nobody has words for, by name.

    `inputs` is the SHA-256 (hex) of each picture's file as it lies on disk, by its path.
    """

    letter: ArchivedLetter
    unsaid: Mapping[str, Slot]
    inputs: Mapping[str, str] = field(default_factory=dict)


def letter_head(issue: Issue, config: Config, address: str) -> ArchivedLetter:
    """Return the letter of `issue` without its text: what lists say of it. Raises ContentError."""
    return _head(issue, config, Neutral({}, config.archive.words, address))


def letter_words(issue: Issue, document: Document, config: Config, address: str) -> ArchivedLetter:
    """Return the letter of `issue` with its words alone, for search. Raises ContentError."""
    shown, neutral = _shown(document, config, address)
    return replace(_head(issue, config, neutral), text=article_text(shown.tokens, neutral))


def letter_for_all(
    issue: Issue, document: Document, config: Config, address: str, labels: Labels
) -> LetterForAll:
    """Return `issue`, whose Markdown is `document`, as everybody may read it at `address`.

    What is said to some readers is left out. Raises ContentError with every problem.
    """
    shown, neutral = _shown(document, config, address)
    found = _pictures(shown, config, address)
    head = _head(issue, config, neutral)
    article = Article(
        tokens=shown.tokens, pictures=found.shown, neutral=neutral, labels=labels, title=head.title
    )
    html = write_article(article)
    letter = replace(
        head,
        html=html,
        text=article_text(shown.tokens, neutral),
        pictures=tuple(file for file in found.files if f'src="{file.url}"' in html),
    )
    return LetterForAll(
        letter=letter,
        unsaid=neutral.unsaid,
        inputs=_inputs(shown, config, found),
    )


def logo_picture(config: Config) -> PictureFile | None:
    """Return the logo of `[theme]`, None when there is none. Raises ContentError."""
    if not config.theme.logo:
        return None
    path = config.root / config.theme.logo
    image = Image(source=LOGO, path=path, alt="", place=Place(path=config.shown_path))
    return read_pictures(_NO_LETTER, _hosting(config), also=[image]).files[0]


def mail_pictures(document: Document, config: Config) -> tuple[PictureFile, ...]:
    """Return every picture of a letter, also in what only some readers get. Raises ContentError."""
    return read_pictures(document, _hosting(config), also=theme_images(config, document)).files


def _shown(document: Document, config: Config, address: str) -> tuple[Document, Neutral]:
    """Return what everybody may read of `document`, and what closes its slots."""
    document.require_sound()
    shown = show_variant(document, "0" * len(document.conditions))
    shown = hear_readers(shown, config.quotes_dir or config.root).document
    shown.require_sound()
    return shown, Neutral(dict(document.slots), config.archive.words, address)


def _head(issue: Issue, config: Config, neutral: Neutral) -> ArchivedLetter:
    lines = protect_front_matter(issue, config.fallbacks)
    ContentError.raise_if([problem for line in lines for problem in line.problems])
    said: list[str] = []
    for line in lines:
        neutral.slots = {**neutral.slots, **line.slots}
        said.append(neutral.text(typeset_line(line.text, issue.lang)).strip())
    subject, _, preheader, title = said
    return ArchivedLetter(
        lang=issue.lang, title=title or subject, preheader=preheader, html="", text="", tags=issue.tags
    )


def _pictures(document: Document, config: Config, address: str) -> LetterPictures:
    """Return the pictures of `document`, each with its address below the letter's own."""
    found = read_pictures(document, _hosting(config), also=theme_images(config, document))
    moved = {file.url: f"{address}/{file.name}" for file in found.files}

    def here(picture: Picture) -> Picture:
        return replace(picture, url=moved.get(picture.url, picture.url))

    shown = {source: here(picture) for source, picture in found.shown.items()}
    files = tuple(replace(file, url=moved[file.url]) for file in found.files)
    return replace(found, shown=narrowed(shown, config.theme), files=files)


def _inputs(document: Document, config: Config, found: LetterPictures) -> dict[str, str]:
    images = (*document.images, *theme_images(config, document))
    return {str(one.path): found.inputs[one.source] for one in images if one.path is not None}


def _hosting(config: Config) -> Config:
    """Return `config` with pictures that have addresses, however mails carry them."""
    base = config.newsletter.base_url or _ANYWHERE
    return replace(
        config,
        images=replace(config.images, delivery=PictureDelivery.HOSTED),
        newsletter=replace(config.newsletter, base_url=base),
    )
