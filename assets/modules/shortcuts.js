// <div data-shortcuts>: single keys for what is on the page, for people who have them switched on. A key chooses or
// presses what carries data-key; j and k move over the links with data-row, x ticks the box of that row, o opens it, and
// ? shows the list. Nothing happens while somebody types, while a dialog is open, or with Ctrl, Alt or Meta held (WCAG 2.1.4).
const TYPED_IN = [
  "input:not([type=radio]):not([type=checkbox]):not([type=submit]):not([type=button])",
  "textarea",
  "select",
  "[contenteditable]",
].join();

export function listenForShortcuts(root) {
  const area = root.querySelector("[data-shortcuts]");
  const list = root.querySelector("[data-shortcut-list]");
  if (!area || !list) {
    return;
  }
  const opener = root.querySelector("[data-shortcut-help]");
  opener.hidden = false;
  opener.addEventListener("click", () => list.showModal());

  const rows = [...area.querySelectorAll("[data-row]")];
  let current = -1;
  area.addEventListener("focusin", (event) => {
    const inside = rows.findIndex((row) => row.closest("tr").contains(event.target));
    current = inside < 0 ? current : inside;
  });
  const moveTo = (index) => {
    current = Math.max(0, Math.min(rows.length - 1, index));
    rows[current]?.focus();
  };
  const keys = {
    "?": () => list.showModal(),
    j: () => moveTo(current + 1),
    k: () => moveTo(current - 1),
    o: () => rows[current]?.click(),
    x: () => rows[current]?.closest("tr").querySelector("input[type=checkbox]")?.click(),
  };

  root.addEventListener("keydown", (event) => {
    const other = event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.repeat;
    if (other || root.querySelector("dialog[open]") || event.target.closest(TYPED_IN)) {
      return;
    }
    const marked = area.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (marked) {
      event.preventDefault();
      choose(marked);
    } else if (Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
}

function choose(marked) {
  marked.focus();
  marked.click();
}
