"""Dates in templates: `{{ date | long }}`, in the language of the issue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import jinja2
from jinja2.runtime import Context

from newsletter.domain.locales import DateForm, date_text

__all__ = ["add_date_forms"]


def add_date_forms(environment: jinja2.Environment) -> None:
    """Give `environment` a filter for each form of a date; templates in it are filled in with `lang`."""
    for form in DateForm:
        environment.filters[str(form)] = _filter(form)


def _filter(form: DateForm) -> Callable[[Context, object], str]:
    @jinja2.pass_context
    def written(context: Context, value: object) -> str:
        if isinstance(value, date):
            return date_text(value, form, str(context["lang"]))
        if isinstance(value, jinja2.Undefined):
            return str(value)  # raises, with the name
        shown = "the issue has no date" if value is None else f'"{str(value)[:40]}" is not a date'
        raise jinja2.TemplateRuntimeError(f"| {form} takes a date: {shown}; ask first with {{% if date %}}")

    return written
