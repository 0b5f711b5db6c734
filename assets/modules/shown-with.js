// <div data-shown-with="decision=raised lowered">: shown only while one of these answers is chosen. Without this script
// it is always shown. GOV.UK's own conditional radios set aria-expanded on the radio, which ARIA does not allow there.
export function showWithAnswers(root) {
  for (const part of root.querySelectorAll("[data-shown-with]")) {
    const form = part.closest("form");
    const [name, answers] = part.dataset.shownWith.split("=");
    const wanted = answers.split(" ");
    const draw = () => {
      const chosen = form.querySelector(`input[name="${name}"]:checked`);
      part.hidden = !(chosen && wanted.includes(chosen.value));
    };
    form.addEventListener("change", draw);
    // The browser may put back an earlier answer after the page is drawn.
    window.addEventListener("pageshow", draw);
    draw();
  }
}
