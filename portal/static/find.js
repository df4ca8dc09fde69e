// Only where it helps: "Use where I am", and printing. Both optional.
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
})();
