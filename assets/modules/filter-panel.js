// On a narrow screen, puts a filter panel behind a "Show filters" button above the results.
const WIDE = "(min-width: 56em)";

export function enhanceFilterPanels(root) {
  for (const panel of root.querySelectorAll("[data-filter-panel]")) {
    enhance(panel);
  }
}

function enhance(panel) {
  const wide = window.matchMedia(WIDE);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "govuk-button govuk-button--secondary oic-filter__toggle";
  panel.id ||= "filters";
  button.setAttribute("aria-controls", panel.id);
  panel.before(button);

  let open = "open" in panel.dataset;
  const draw = () => {
    button.hidden = wide.matches;
    panel.hidden = !wide.matches && !open;
    button.setAttribute("aria-expanded", String(open));
    const count = panel.querySelectorAll(".moj-filter__tag").length;
    button.textContent = `${open ? "Hide" : "Show"} filters${count ? ` (${count} selected)` : ""}`;
  };
  button.addEventListener("click", () => {
    open = !open;
    draw();
  });
  wide.addEventListener("change", draw);
  draw();
}
