// The take-along list, kept for this tab alone: ids of services, and only of those that the page says may be kept. It goes
// with the tab, with the exit, with "Clear", and after four hours. Without this file the list lives on its own page.
(() => {
  "use strict";
  const KEY = "list";
  const HOURS = 4 * 3600 * 1000;

  function kept() {
    try {
      const held = JSON.parse(sessionStorage.getItem(KEY)) || {};
      if (held.of && Date.now() - held.at < HOURS) return held.of;
      sessionStorage.removeItem(KEY);
    } catch { /* a browser that keeps nothing: the list lives on its page */ }
    return "";
  }

  function keep(of) {
    try {
      if (of) sessionStorage.setItem(KEY, JSON.stringify({ of, at: Date.now() }));
      else sessionStorage.removeItem(KEY);
    } catch { /* the same */ }
  }

  // The page of a list that was just changed here says what of it may be kept.
  if ("listKept" in document.body.dataset) keep(document.body.dataset.listKept);

  document.querySelectorAll("[data-list-clear]").forEach((button) => button.addEventListener("click", (event) => {
    event.preventDefault();
    keep("");
    location.replace("/list");
  }));

  function show() {
    const of = kept();
    document.querySelectorAll("form[data-list], form[data-save]").forEach((form) => {
      form.elements.of.value = of;
      if (!form.hasAttribute("data-list")) return;
      const button = form.querySelector("button");
      form.hidden = !of;
      button.textContent = button.dataset.words.replace("#", of.split(".").length);
    });
  }
  show();
  addEventListener("pageshow", show);

  const said = document.querySelector("[data-copied]");
  document.querySelectorAll("[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      const from = document.getElementById(button.dataset.copy);
      navigator.clipboard.writeText(from.value).then(() => { said.textContent = said.dataset.copied; }, () => from.select());
    });
  });
  document.querySelectorAll("[data-share]").forEach((button) => {
    if (!navigator.share) return;
    button.hidden = false;
    button.addEventListener("click", () => { navigator.share({ url: button.dataset.share }).catch(() => {}); });
  });
})();
