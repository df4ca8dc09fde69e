"""Fixtures of other folders that the doors' tests use too."""

from tests.messages.conftest import setting, twilio, webhook  # noqa: F401
