// <form data-select-all>: a button that ticks every record of the page, and how many are ticked. Without this script each
// is ticked by itself.
export function selectAllOfPage(root) {
  for (const form of root.querySelectorAll("form[data-select-all]")) {
    const boxes = [...root.querySelectorAll(`input[type="checkbox"][form="${form.id}"]`)];
    if (!boxes.length) continue;
    const line = document.createElement("p");
    line.className = "govuk-body oic-together__ticked";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "govuk-button govuk-button--secondary";
    const told = document.createElement("span");
    told.setAttribute("role", "status");
    line.append(button, " ", told);
    form.querySelector("h2").after(line);
    const draw = () => {
      const ticked = boxes.filter((box) => box.checked).length;
      const all = ticked === boxes.length;
      button.textContent = all ? "Untick all" : "Tick all on this page";
      told.textContent = ticked ? `${ticked} ticked` : "None ticked";
    };
    button.addEventListener("click", () => {
      const on = boxes.some((box) => !box.checked);
      for (const box of boxes) box.checked = on;
      draw();
    });
    root.addEventListener("change", (event) => boxes.includes(event.target) && draw());
    window.addEventListener("pageshow", draw);
    draw();
  }
}
