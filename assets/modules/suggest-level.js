// <div data-suggest-level='{"extent": {"notable": "moderate", ...}, "duration": {...}}'>: the level that the answers
// suggest, in words, as they are given. The sentences and the rule are those of the server (_step.html, rules.py).
const HIGHEST_FIRST = ["major", "moderate", "minor"];

export function suggestLevels(root) {
  for (const box of root.querySelectorAll("[data-suggest-level]")) {
    const levels = JSON.parse(box.dataset.suggestLevel);
    const line = box.querySelector("[data-suggestion]");
    const form = box.closest("form");
    const draw = () => {
      const words = sentence(suggested(levels, form), answer(form, "level"));
      if (line.textContent !== words) {
        line.textContent = words;
      }
    };
    form.addEventListener("change", draw);
    window.addEventListener("pageshow", draw);
    draw();
  }
}

function answer(form, name) {
  return form.querySelector(`input[name="${name}"]:checked`)?.value ?? "";
}

function suggested(levels, form) {
  const found = Object.entries(levels).map(([name, meaning]) => meaning[answer(form, name)]);
  const highest = HIGHEST_FIRST.find((level) => found.includes(level));
  return highest === "major" || !found.includes(undefined) ? highest : undefined;
}

function sentence(level, chosen) {
  if (!level) {
    return "Answer extent and duration, and a level is suggested here. You decide.";
  }
  if (!chosen) {
    return `Your answers suggest ${level}. You decide.`;
  }
  if (chosen === level) {
    return `Your answers suggest ${level}, which is what you chose.`;
  }
  return `Your answers suggest ${level}. You chose ${chosen}, and that is your claim. Say in the evidence of impact why it fits better.`;
}
