// Suggestions while somebody types what is needed: a combobox with a listbox, as WAI-ARIA describes it. All of it optional.
//
// Nothing about abuse leaves this page while it is typed: from the first letter that may become such a word nothing is asked,
// and what was suggested before is taken away. The list is the one of portal/search/suggest.py.
(() => {
  "use strict";
  const QUIET = ["abus", "domestic", "violen", "dv", "ipv", "rape", "rapist", "assault", "stalk", "traffick", "beat me", "beats me", "hit me", "hits me", "maltrat", "violaci", "golpe", "acos", "me pega", "molest", "kill me", "matarme", "me quiere"];
  const LEAST = 2;
  const WAIT = 120; // ms of no typing before anything is asked
  const input = document.querySelector("[data-suggest]");
  if (!input || !window.fetch || !window.AbortController) return;

  const list = document.createElement("ul");
  const status = document.createElement("p");
  list.id = input.id + "-suggestions";
  list.className = "suggestions plain";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.dataset.suggest);
  status.className = "hidden";
  status.setAttribute("role", "status");
  input.after(list, status);
  input.parentElement.classList.add("suggesting");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);

  const known = new Map();
  let timer = 0, asking = null, chosen = -1;

  const fold = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f'’]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

  function quiet(folded) {
    const words = folded.split(" ");
    const tails = [words.slice(-1).join(" "), words.slice(-2).join(" ")];
    return QUIET.some((word) => (" " + folded).includes(" " + word) || tails.some((tail) => word.startsWith(tail)));
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    chosen = -1;
    status.textContent = "";
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(found) {
    close();
    if (!found.length || document.activeElement !== input) return;
    found.forEach((each, number) => {
      const option = document.createElement("li");
      const kind = document.createElement("span");
      option.id = list.id + "-" + number;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.text = each.text;
      option.textContent = each.text + " ";
      kind.className = "hint";
      kind.textContent = input.dataset[each.kind] || "";
      option.append(kind);
      list.append(option);
    });
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = input.dataset.found.replace("#", found.length);
  }

  function mark(number) {
    const options = list.children;
    if (chosen >= 0) options[chosen].setAttribute("aria-selected", "false");
    chosen = number < -1 ? options.length - 1 : number >= options.length ? -1 : number;
    if (chosen < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[chosen].id);
  }

  function take(option) {
    input.value = option.dataset.text;
    close();
    input.focus();
  }

  function stop() {
    clearTimeout(timer);
    if (asking) asking.abort();
    asking = null;
  }

  async function ask(folded) {
    const mine = asking = new AbortController();
    try {
      const answer = await fetch("/search/suggest?q=" + encodeURIComponent(folded), { signal: mine.signal, credentials: "same-origin" });
      if (!answer.ok) return;
      const found = (await answer.json()).suggestions;
      known.set(folded, found);
      if (asking === mine) show(found);
    } catch {
      // no suggestions then
    }
  }

  input.addEventListener("input", () => {
    stop();
    const folded = fold(input.value);
    if (folded.length < LEAST || quiet(folded)) return close();
    if (known.has(folded)) return show(known.get(folded));
    timer = setTimeout(() => ask(folded), WAIT);
  });

  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      mark(event.key === "ArrowDown" ? chosen + 1 : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      take(list.children[chosen]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // the first Escape closes the list, the next one empties the field
      stop();
      close();
    } else if (event.key === "Tab") {
      close();
    }
  });

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  input.addEventListener("blur", () => { stop(); close(); });
  if (input.form) input.form.addEventListener("submit", () => { stop(); close(); });
})();
