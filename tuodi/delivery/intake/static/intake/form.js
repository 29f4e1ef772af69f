/* The counter form: marks a wrong field for readers, keeps what was typed when a log-in interrupts. Works without it. */
const form = document.querySelector("form[data-entry]");
if (form) {
  const shelf = `tuodi-entry-${form.dataset.entry}`;
  const fields = () => [...form.querySelectorAll("input, select, textarea")].filter((f) => f.name && f.type !== "hidden");

  /* The answer to a field left goes under it; the field itself says whether it is wrong. */
  document.addEventListener("htmx:afterSwap", (event) => {
    const line = event.target;
    if (!line.id || !line.id.startsWith("e-")) return;
    const field = document.getElementById(`f-${line.id.slice(2)}`);
    const bad = line.textContent.trim() !== "" && !line.querySelector(".soft");
    if (field) field.setAttribute("aria-invalid", bad ? "true" : "false");
    const box = line.closest(".field");
    if (box) box.classList.toggle("field--bad", bad);
  });

  /* The session ended: what stands in the form waits in this tab only, until the log-in leads back here. */
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    const kept = {};
    for (const f of fields()) kept[f.name] = f.type === "checkbox" ? (f.checked ? "on" : "") : f.value;
    sessionStorage.setItem(shelf, JSON.stringify(kept));
  });
  const text = sessionStorage.getItem(shelf);
  if (text) {
    sessionStorage.removeItem(shelf);
    const kept = JSON.parse(text);
    let last = null;
    for (const f of fields()) {
      if (!(f.name in kept)) continue;
      if (f.type === "checkbox") {
        if (f.checked === (kept[f.name] === "on")) continue;
        f.checked = kept[f.name] === "on";
      } else {
        if (f.value === kept[f.name]) continue;
        f.value = kept[f.name];
      }
      last = f;
    }
    if (last) setTimeout(() => last.dispatchEvent(new Event("change", { bubbles: true })), 300);
  }
  /* Not saved is said where "saved" stands; what was typed stays in the form and goes with the next field left. */
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      const saved = document.getElementById("saved");
      if (saved) saved.textContent = saved.dataset.unsaved;
    });
  }
}
