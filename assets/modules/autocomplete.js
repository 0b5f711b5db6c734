// Turns <select data-autocomplete> into a look-ahead box. The select stays in the form and holds the value that is
// posted; without this script it is an ordinary select. With data-source="/path/" the box asks the server for
// [{value, text}] with ?q=, so that the select need hold only the value chosen before.
import accessibleAutocomplete from "accessible-autocomplete";

const SHORTEST_QUERY = 2;
const PAUSE_MS = 200;

export function enhanceSelects(root) {
  for (const select of root.querySelectorAll("select[data-autocomplete]")) {
    enhanceSelect(select);
  }
}

function enhanceSelect(select) {
  const id = select.id;
  const described = select.getAttribute("aria-describedby");
  const source = select.dataset.source;
  accessibleAutocomplete.enhanceSelectElement({
    selectElement: select,
    defaultValue: select.value ? undefined : "",
    autoselect: false,
    confirmOnBlur: false,
    showAllValues: !source,
    minLength: source ? SHORTEST_QUERY : 0,
    menuAttributes: { "aria-labelledby": id },
    tNoResults: () => "Nothing found",
    tStatusQueryTooShort: (length) => `Type ${length} or more characters`,
    ...(source ? { source: askServer(select, source), onConfirm: (text) => chooseOption(select, text) } : {}),
  });
  const input = document.getElementById(id);
  if (!(input instanceof HTMLInputElement)) {
    return;
  }
  if (described) {
    input.setAttribute("aria-describedby", `${described} ${input.getAttribute("aria-describedby") ?? ""}`.trim());
  }
  // What is typed and is no choice must not leave an older choice behind.
  input.addEventListener("blur", () => settle(select, input));
  input.form?.addEventListener("submit", () => settle(select, input));
}

function settle(select, input) {
  const text = input.value.trim();
  const option = [...select.options].find((candidate) => candidate.text.trim() === text && candidate.value !== "");
  select.value = option ? option.value : "";
}

function askServer(select, source) {
  let timer = 0;
  let running = null;
  return (query, show) => {
    window.clearTimeout(timer);
    running?.abort();
    timer = window.setTimeout(async () => {
      running = new AbortController();
      try {
        const address = new URL(source, window.location.href);
        address.searchParams.set("q", query);
        const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: running.signal });
        if (!answer.ok) {
          throw new Error(`look-up answered ${answer.status}`);
        }
        const found = await answer.json();
        for (const { value, text } of found) {
          if (![...select.options].some((option) => option.value === value)) {
            select.add(new Option(text, value));
          }
        }
        show(found.map(({ text }) => text));
      } catch (error) {
        if (error.name !== "AbortError") {
          show([]);
        }
      }
    }, PAUSE_MS);
  };
}

function chooseOption(select, text) {
  const option = [...select.options].find((candidate) => candidate.text === text);
  if (option) {
    option.selected = true;
  }
}
