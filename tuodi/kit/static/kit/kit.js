/* The kit's one script: keyboard, table cards, error summary, double-submit guard. Every page works without it. */

const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;

/* Keyboard: "/" the search box, "?" the list of keys, "g" then a letter a page of the left menu (data-key). */
let waiting = false;
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (waiting) {
    waiting = false;
    const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  if (event.key === "/") {
    const box = document.querySelector("[data-search], .query input[type=search], .query input[type=text]");
    if (box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
  } else if (event.key === "g") {
    waiting = true;
    setTimeout(() => { waiting = false; }, 1500);
  } else if (event.key === "?") {
    const keys = document.getElementById("keys");
    if (keys) {
      keys.open = !keys.open;
      if (keys.open) keys.scrollIntoView({ block: "nearest" });
    }
  }
});

/* A table marked data-cards becomes cards on a phone; each cell is labelled with its column's heading. */
const label = (table) => {
  const heads = [...table.querySelectorAll("thead tr:last-child > *")].map((cell) => cell.textContent.trim());
  for (const row of table.querySelectorAll("tbody tr, tfoot tr")) {
    let column = 0;
    for (const cell of row.children) {
      if (heads[column] && cell.colSpan === 1 && !cell.dataset.label) cell.dataset.label = heads[column];
      if (!cell.children.length && ["", "—"].includes(cell.textContent.trim())) cell.dataset.empty = "";
      column += cell.colSpan;
    }
  }
  table.classList.add("table--cards");
};

/* A file chosen or a field typed is lost when a form goes out twice or the page is left: guard both. */
const guard = (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 8000);
  });
};

const dress = (root) => {
  for (const table of root.querySelectorAll("table[data-cards]")) label(table);
  for (const form of root.querySelectorAll("form[method=post]:not([data-guarded]):not([hx-post])")) {
    form.dataset.guarded = "1";
    guard(form);
  }
  for (const box of root.querySelectorAll("select[data-submit]")) {
    box.addEventListener("change", () => box.form.requestSubmit());
  }
  for (const button of root.querySelectorAll("[data-print]")) {
    button.addEventListener("click", () => window.print());
  }
};

dress(document);
document.addEventListener("htmx:load", (event) => { if (event.target !== document.body) dress(event.target); });

/* The page came back from the browser's memory: forms may be sent again. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* Faults in a form: the summary takes the focus, so it is read first and Tab leads to the first faulty field. */
const summary = document.querySelector("[data-focus]");
if (summary) summary.focus();

/* On a phone the menu is a strip: bring the current page's item into sight. */
const here = document.querySelector(".side [aria-current]");
if (here && here.parentElement.parentElement.scrollWidth > window.innerWidth) {
  here.closest(".side").scrollLeft = here.offsetLeft - 40;
}
