"""Which channels this install has, and by which way each leaves."""

from typing import Literal

from flask import current_app

MailMode = Literal["smtp", "outbox", "off"]
TextMode = Literal["webhook", "twilio", "outbox", "off"]
PushMode = Literal["on", "off"]


def mail_mode() -> MailMode:
    """`smtp` where PORTAL_SMTP_URL is set; else `outbox` in a demonstration; else `off`: letters wait until mail is set up.

    Who knows of demonstrations lives upstairs, so create_app hands the question in as `app.extensions["demonstration"]`.
    """
    if current_app.extensions["settings"].smtp_url:
        return "smtp"
    return "outbox" if current_app.extensions["demonstration"]() else "off"


def text_mode() -> TextMode:
    """By PORTAL_SMS_WEBHOOK_URL: `twilio` for twilio://, else `webhook`; without it `outbox` in a demonstration, else `off`."""
    url: str = current_app.extensions["settings"].sms_url
    if url:
        return "twilio" if url.startswith("twilio:") else "webhook"
    return "outbox" if current_app.extensions["demonstration"]() else "off"


def push_mode() -> PushMode:
    """`on` where the install has a key of its own (PORTAL_VAPID_KEY), and browsers may hold a service worker for it."""
    settings = current_app.extensions["settings"]
    return "on" if settings.vapid_key and settings.secure_cookies else "off"


def ways() -> dict[str, str]:
    """channel -> how it leaves; `off`: its messages wait."""
    return {"mail": mail_mode(), "sms": text_mode(), "push": push_mode()}
