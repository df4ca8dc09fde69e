// Leaving fast: hide the page at once, clear what is stored, replace this page in the history. Without this file the
// same link and button work through the server.
(() => {
  "use strict";
  const root = document.documentElement;
  const control = document.querySelector("[data-leave]");

  function hide() {
    root.classList.add("gone");
    document.title = "";
  }

  function clear() {
    const quietly = (work) => { try { work(); } catch { /* a browser that keeps nothing has nothing to clear */ } };
    quietly(() => localStorage.clear());
    quietly(() => sessionStorage.clear());
    quietly(() => caches.keys().then((names) => names.forEach((name) => caches.delete(name))));
    quietly(() => indexedDB.databases().then((all) => all.forEach((each) => indexedDB.deleteDatabase(each.name))));
    quietly(() => navigator.serviceWorker.getRegistrations().then((all) => all.forEach((each) => each.unregister())));
  }

  function go() {
    hide();
    clear();
    location.replace(navigator.onLine ? "/exit" : "about:blank");
  }

  // Other tabs of ours go too: each may hold a list of its own.
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("leave") : null;
  if (tabs) tabs.onmessage = (told) => { if (told.data === "exit") go(); else clear(); };

  function leave() {
    hide();
    if (control && control.form) {
      clear();
      if (tabs) tabs.postMessage("sign-out");
      control.form.submit();
    } else {
      if (tabs) tabs.postMessage("exit");
      go();
    }
  }

  if (control) {
    control.addEventListener("click", (event) => { event.preventDefault(); leave(); });
  }

  // Shift three times, each alone: another key, a click or a pause starts the count again, so Shift+Tab never leaves.
  let count = 0;
  let last = 0;
  let alone = false;
  addEventListener("keydown", (event) => {
    alone = event.key === "Shift" && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!alone) count = 0;
  });
  addEventListener("pointerdown", () => { alone = false; count = 0; });
  addEventListener("keyup", (event) => {
    if (event.key !== "Shift" || !alone) return;
    count = event.timeStamp - last > 1500 ? 1 : count + 1;
    last = event.timeStamp;
    if (count === 3) leave();
  });

  // A page that the browser shows again from memory after leaving: hide it and ask the server, which answers emptily.
  addEventListener("pageshow", (event) => {
    if (event.persisted && /(^|; )left=/.test(document.cookie)) { hide(); location.reload(); }
  });

  // On quiet pages (help after abuse) links replace this page, so that it does not stay behind for Back.
  if (document.body.hasAttribute("data-quiet")) {
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href]");
      if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (link.origin !== location.origin || link.getAttribute("href").startsWith("#")) return;
      event.preventDefault();
      location.replace(link.href);
    });
  }
})();
