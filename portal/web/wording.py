"""`_()` of templates: each sentence is looked up, escaped and parsed once for a language, not once for every use."""

from functools import lru_cache

from flask import Flask
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from portal.store import language

KEPT = 5_000


def speak(app: Flask) -> None:
    """Give templates a `_`, a `gettext` and an `ngettext` that remember."""
    app.jinja_env.globals.update(_=_words, gettext=_words, ngettext=_number)


@pass_context
def _words(context: Context, text: str, /, **variables: object) -> str:
    """As Jinja's own: what a template says is markup, what is put into it is escaped, `%%` is a percent sign."""
    said = language.sentence(text)
    if not context.eval_ctx.autoescape:
        return said % variables
    return Markup(said) % variables if variables else _plain(said)  # noqa: S704 - our own sentences


@pass_context
def _number(context: Context, one: str, many: str, num: int, /, **variables: object) -> str:
    """As Jinja's own: also takes what is said of one thing and of many, and fills in `%(num)s`."""
    said = language.sentence_for(one, many, num)
    if "%" not in said and context.eval_ctx.autoescape:
        return _plain(said)
    variables.setdefault("num", num)
    return (Markup(said) if context.eval_ctx.autoescape else said) % variables  # noqa: S704 - our own sentences


@lru_cache(KEPT)
def _plain(said: str) -> Markup:
    return Markup(said) % {}  # noqa: S704 - our own sentences
