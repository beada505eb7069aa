// What the console gains where script runs: the keys of the review, and the progress of a job as it comes.
(() => {
  "use strict";
  const typing = (at) => at.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
  const rows = () => [...document.querySelectorAll(".steps tbody a, .pick input")];
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
    const all = rows();
    const at = all.indexOf(document.activeElement);
    if (event.key === "j" || event.key === "k") {
      const next = all[Math.max(0, Math.min(all.length - 1, at + (event.key === "j" ? 1 : -1)))];
      if (next) next.focus();
    } else {
      const choice = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
      if (!choice) return;
      choice.checked = true;
      const reason = document.getElementById("reason");
      if (reason) reason.focus();
    }
    event.preventDefault();
  });
  const box = document.querySelector("[data-events]");
  if (!box) return;
  const source = new EventSource(box.dataset.events);
  source.onmessage = (event) => {
    const told = JSON.parse(event.data);
    for (const part of box.querySelectorAll("[data-told]")) part.textContent = told[part.dataset.told];
    box.querySelector("progress").value = told.percent;
    if (told.ended) {
      source.close();
      location.reload();
    }
  };
})();
