// Renews the part of the page marked data-live every 30 seconds (or data-every), without a jump; stops while the page is hidden,
// while something inside has the focus, and after 3 failures in a row. Without this file the browser reloads the page.
(function () {
  var part = document.querySelector("[data-live]");
  if (!part || !window.fetch || !window.DOMParser) return;
  var failures = 0;
  function renew() {
    if (document.hidden || part.contains(document.activeElement)) return;
    fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } })
      .then(function (answer) {
        if (answer.redirected || !answer.ok) { location.reload(); return ""; }
        return answer.text();
      })
      .then(function (text) {
        if (!text) return;
        // from <main> on: the style sheet before it carries the nonce of another answer, and would be refused
        text = text.slice(text.indexOf("<main"));
        var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-live]");
        if (fresh && fresh.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
          part.replaceChildren.apply(part, Array.prototype.slice.call(fresh.childNodes));
        }
        failures = 0;
      })
      .catch(function () { failures += 1; if (failures >= 3) clearInterval(timer); });
  }
  var timer = setInterval(renew, (Number(part.dataset.every) || 30) * 1000);
})();
