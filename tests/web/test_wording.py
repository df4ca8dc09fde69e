"""The words of templates and of hot code: the same as flask-babel's and Jinja's own, in every language."""

import pytest
from flask import Flask, render_template_string
from flask_babel import force_locale
from flask_babel import gettext as looked_up
from markupsafe import Markup

from portal.store import language

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("locale", ["en", "es", "ar"])
def test_a_word_is_the_one_of_the_language_that_is_spoken_now(app: Flask, locale: str) -> None:
    with app.test_request_context("/"):
        assert str(language.locale()) == "en"
        for _again in range(2):
            with force_locale(locale):
                assert str(language.locale()) == locale
                assert language.gettext("Call") == looked_up("Call")
                assert language.gettext("%(a)s more", a=2) == looked_up("%(a)s more", a=2)
                assert language.ngettext("%(num)s hour", "%(num)s hours", 2) == "2 hours"
        assert str(language.locale()) == "en"


def test_outside_an_app_there_is_no_language_and_words_are_as_written() -> None:
    assert language.locale() is None or str(language.locale()) == "en"
    assert language.gettext("Call %(who)s", who="988") == "Call 988"


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ _('Call') }}", "Call"),
        ("{{ _('Tom & Jerry') }}", "Tom & Jerry"),
        ("{{ _('100%% free') }}", "100% free"),
        ("{{ _('For %(who)s', who=name) }}", "For &lt;b&gt;"),
        ("{{ _('For %(who)s', who=safe) }}", "For <b>"),
        ("{{ gettext('For %(who)s', who=name) }}", "For &lt;b&gt;"),
        ("{{ _('%(text)s and %(context)s', text=1, context=2) }}", "1 and 2"),
        ("{% autoescape false %}{{ _('For %(who)s', who=name) }}{% endautoescape %}", "For <b>"),
        ("{{ ngettext('%(num)s service', '%(num)s services', 2) }}", "2 services"),
        ("{{ ngettext('%(num)s service', '%(num)s services', 1) }}", "1 service"),
        ("{{ ngettext('one & only', 'many', 1) }}", "one & only"),
        ("{{ ngettext('%(a)s of one', '%(a)s of %(num)s', 5, a=name) }}", "&lt;b&gt; of 5"),
        ("{% autoescape false %}{{ ngettext('service', 'services', 2) }}{% endautoescape %}", "services"),
    ],
)
def test_templates_say_it_and_escape_what_is_put_in(app: Flask, template: str, said: str) -> None:
    with app.test_request_context("/"):
        for _again in range(2):
            assert render_template_string(template, name="<b>", safe=Markup("<b>")) == said
