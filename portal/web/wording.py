"""`_()` of templates: each sentence is looked up, escaped and parsed once for a language, not once for every use."""

from functools import lru_cache

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from portal.store import language

KEPT = 5_000


def speak(app: Flask) -> None:
    """Give templates a `_` and a `gettext` that remember."""
    app.jinja_env.globals.update(_=_words, gettext=_words)


@pass_context
def _words(context: Context, text: str, /, **variables: object) -> str:
    """As Jinja's own: what a template says is markup, what is put into it is escaped, `%%` is a percent sign."""
    said = language.sentence(text)
    if not context.eval_ctx.autoescape:
        return said % variables
    return Markup(said) % variables if variables else _plain(said)  # noqa: S704 - our own sentences


@lru_cache(KEPT)
def _plain(said: str) -> Markup:
    return Markup(said) % {}  # noqa: S704 - our own sentences
