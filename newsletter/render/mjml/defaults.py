"""What an element is given besides its own attributes: by mj-all, its component and its classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.render.mjml.attributes import DEFAULTS
from newsletter.render.mjml.nesting import Nested
from newsletter.render.mjml.tokens import Attribute, Kind, Token

__all__ = ["Defaults", "read_defaults"]


@dataclass(frozen=True, slots=True)
class Defaults:
    """The attributes set in mj-attributes, for each component and for each class."""

    of_component: Mapping[str, Mapping[str, Attribute]]
    of_class: Mapping[str, Mapping[str, Attribute]]

    def given_to(self, token: Token) -> dict[str, Attribute]:
        """Return every attribute that the element of `token` has in the end, by name."""
        given = {**self.of_component.get("mj-all", {}), **self.of_component.get(token.name, {})}
        return given | self._by_classes(token) | _by_name(token.attributes)

    def left_to_component(self, token: Token) -> tuple[Attribute, ...]:
        """Return the defaults of the component of `token` that neither the element nor its classes set."""
        taken = self._by_classes(token) | _by_name(token.attributes)
        own = self.of_component.get(token.name, {})
        return tuple(attribute for name, attribute in own.items() if name not in taken)

    def _by_classes(self, token: Token) -> dict[str, Attribute]:
        given: dict[str, Attribute] = {}
        for name in (token.attribute("mj-class") or "").split():
            given |= self.of_class.get(name, {})
        return given


def read_defaults(nested: Sequence[Nested]) -> Defaults:
    """Return what the elements in mj-attributes set, later ones over earlier ones."""
    of_component: dict[str, dict[str, Attribute]] = {}
    of_class: dict[str, dict[str, Attribute]] = {}
    for item in nested:
        token = item.token
        if item.parent != DEFAULTS or token.kind is not Kind.OPEN:
            continue
        if token.name == "mj-class":
            of_class.setdefault(token.attribute("name") or "", {}).update(_by_name(token.attributes))
        else:
            of_component.setdefault(token.name, {}).update(_by_name(token.attributes))
    return Defaults(of_component, of_class)


def _by_name(attributes: Iterable[Attribute]) -> dict[str, Attribute]:
    return {attribute.name: attribute for attribute in attributes if attribute.name != "name"}
