"""Notices in a browser: the service worker takes hold of the whole site under the strict policy, and shows one sentence."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE, PHONE, Server

REGISTER = """async () => {
  const made = await navigator.serviceWorker.register("/push.js");
  await navigator.serviceWorker.ready;
  return made.scope;
}"""
SHOWN = """async () => {
  const made = await navigator.serviceWorker.ready;
  for (let tries = 0; tries < 300; tries++) {
    const shown = await made.getNotifications();
    if (shown.length) return shown.map(one => [one.title, one.body]);
    await new Promise(later => setTimeout(later, 100));
  }
  return [];
}"""


def test_a_push_without_words_shows_the_same_sentence_to_everybody(chromium: Browser, server: Server) -> None:
    context = chromium.new_context(base_url=server.url, permissions=["notifications"], **PHONE)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        faults: list[str] = []
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.goto("/")
        assert page.evaluate(REGISTER) == f"{server.url}/"
        devtools = context.new_cdp_session(page)
        found: list[dict[str, Any]] = []
        devtools.on(
            "ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"])
        )
        devtools.send("ServiceWorker.enable")
        for _try in range(PATIENCE * 10):
            if found:
                break
            page.wait_for_timeout(100)
        devtools.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": server.url, "registrationId": found[0]["registrationId"], "data": ""},
        )
        assert page.evaluate(SHOWN) == [["Handrail", "You have a new item in Handrail"]]
        assert faults == []
    finally:
        context.close()


def test_the_page_of_channels_fits_a_phone_and_works_without_scripts(
    visit: Callable[..., Page], server: Server
) -> None:
    page = visit("/account/messages", signed_in=server.cast.evaluator, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("How Handrail reaches you")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("Quiet until").fill("07:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Quiet from")).to_have_value("22:00")
