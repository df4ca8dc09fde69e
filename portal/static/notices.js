// "Turn on in this browser": asks the browser, binds it to this install's key, and tells the server its push address.
(function () {
  var part = document.querySelector("[data-push]");
  if (!part || !navigator.serviceWorker || !window.PushManager || !window.Notification) return;
  var form = part.querySelector("form"), words = part.querySelector("[role=status]");
  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }
  form.hidden = false;
  words.textContent = "";
  form.querySelector("button").addEventListener("click", function () {
    // Asked first, while the press still counts: some browsers ask only then.
    Notification.requestPermission()
      .then(function (said) {
        if (said !== "granted") throw new Error(said);
        return navigator.serviceWorker.register("/push.js");
      })
      .then(function () { return navigator.serviceWorker.ready; })
      .then(function (ready) {
        return ready.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(part.dataset.push) });
      })
      .then(function (found) {
        return fetch(part.dataset.to, {
          method: "POST",
          credentials: "same-origin",
          headers: { "Content-Type": "application/json", "X-CSRF-Token": form.elements.csrf_token.value },
          body: JSON.stringify({ endpoint: found.endpoint })
        });
      })
      .then(function (answer) { words.textContent = answer.ok ? part.dataset.done : part.dataset.failed; })
      .catch(function () { words.textContent = part.dataset.failed; });
  });
})();
