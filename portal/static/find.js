// Only where it helps: "Use where I am", a short address, printing, and words about abuse sent without the address. All optional.
(() => {
  "use strict";
  const form = document.querySelector("[data-find]");
  const near = document.querySelector("[data-near-me]");
  const words = document.querySelector("[data-near-words]");

  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => print()));

  if (near && "geolocation" in navigator) {
    near.addEventListener("click", () => {
      words.textContent = near.dataset.wait;
      navigator.geolocation.getCurrentPosition(
        (at) => {
          // Two decimals are about half a mile: near enough for a list, too coarse for a door.
          form.elements.near.value = at.coords.latitude.toFixed(2) + ", " + at.coords.longitude.toFixed(2);
          words.textContent = near.dataset.done;
        },
        () => {
          words.textContent = near.dataset.failed;
          form.elements.near.focus();
        },
        { maximumAge: 300000, timeout: 10000 },
      );
    });
  } else if (near) {
    near.remove();
  }

  // An address to share holds only what was asked.
  if (form) {
    form.addEventListener("formdata", (event) => {
      const data = event.formData;
      if (data.get("open") !== "at") data.delete("open_at");
      if (data.get("within") === "25") data.delete("within");
      for (const name of ["near", "open"]) if (!data.get(name)) data.delete(name);
    });
  }

  // Words and filters that say "abuse" go by POST: they then stand neither in the address nor in the history.
  const quiet = document.getElementById("quiet");
  const told = /\b(abus|domestic|violen|dv\b|ipv\b|rap(e|ed|ist)\b|assault|stalk|traffick|beats? me|hits? me|maltrat|violaci|golpe|acos|me pega|molest|kill me|matarme|me quieren? |me va a matar)/i;
  const ticked = "[name=care][value=victim_service]:checked, [name=for][value=abuse_survivors]:checked";
  if (form && quiet) {
    form.addEventListener("submit", (event) => {
      if (!told.test(form.elements.q.value) && !form.querySelector(ticked)) return;
      event.preventDefault();
      quiet.querySelectorAll("[name=care]").forEach((field) => field.remove());
      for (const [name, value] of new FormData(form, event.submitter)) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.value = value;
        quiet.append(field);
      }
      quiet.submit();
    });
  }
})();
