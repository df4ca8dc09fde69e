"""What every command shares: the app, one line to the person, and what a refusal looks like."""

from typing import Any

import click
from flask import Flask

from portal import create_app, directory
from portal.config import BadSetting
from portal.store import Conflict, Refused, revisions


class Verbs(click.Group):
    """What a verb refuses becomes one line and exit 1; a setting that cannot be used, exit 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (Refused, Conflict) as refused:
            say(refused.reason)
        except directory.NoCommunity:
            say("There is no community yet. First: portal community set name 'Example County'")
        except BadSetting as bad:
            say(str(bad))
            ctx.exit(2)
        return ctx.exit(1)


def say(text: str) -> None:
    click.echo(text, err=True)


def opened(*, migrated: bool = True) -> Flask:
    """The app. With `migrated`, refuses to go on where the database is not at the newest revision."""
    app = create_app()
    if migrated:
        with app.app_context():
            if revisions.current() != revisions.head():
                raise Refused("The database is not at the newest revision. Run: portal migrate")
    return app
