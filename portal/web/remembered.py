"""What a macro makes of the same arguments is made once for a language.

A page of services is made of the same parts again and again: the same cards, the same tick boxes. Only for macros whose text
depends on nothing but their arguments: plain words and numbers, never a listing, a token, or a person.
"""

from functools import lru_cache
from typing import Any

from flask import current_app
from jinja2.environment import TemplateModule
from markupsafe import Markup

from portal.store.language import locale

KEPT = 10_000  # texts, about 1 KB each


class Pieces:
    """`piece = Pieces("parts/cards.html")`; then `piece("away", 2.5, True)` is the text of its macro `away`."""

    def __init__(self, template: str) -> None:
        self._module = current_app.jinja_env.get_template(template).module
        self._language = locale()

    def __call__(self, macro: str, *arguments: Any) -> Markup:
        return _made(self._module, macro, self._language, *arguments)

    def afresh(self, macro: str, *arguments: Any) -> Markup:
        """The same and not kept: for what somebody typed."""
        made: Markup = getattr(self._module, macro)(*arguments)
        return made


@lru_cache(KEPT, typed=True)
def _made(module: TemplateModule, macro: str, _language: Any, *arguments: Any) -> Markup:
    made: Markup = getattr(module, macro)(*arguments)
    return made
