// <div id="progress" role="status" data-follow="details">: something that is under way. The page is asked for again every
// two seconds; this part of it is put in place, and those whose ids it names, until the part that comes has no data-follow
// any more. Without this script a link asks for the page.
const EVERY = 2000;
const AFTER_A_FAILURE = 10000;

export function followProgress(root) {
  for (const part of root.querySelectorAll("[data-follow]")) {
    lookAgain(part, EVERY);
  }
}

function lookAgain(part, wait) {
  window.setTimeout(async () => {
    if (document.hidden) {
      lookAgain(part, wait);
      return;
    }
    const page = await latest();
    const next = page?.getElementById(part.id);
    if (!next) {
      lookAgain(part, AFTER_A_FAILURE);
      return;
    }
    for (const id of part.dataset.follow.split(" ").filter(Boolean)) {
      show(document.getElementById(id), page.getElementById(id));
    }
    if (part.dataset.follow === "page" && !next.hasAttribute("data-follow")) {
      window.location.reload();
      return;
    }
    show(part, next);
    if (next.hasAttribute("data-follow")) {
      lookAgain(part, EVERY);
    } else {
      part.removeAttribute("data-follow");
    }
  }, wait);
}

async function latest() {
  try {
    const answer = await fetch(window.location.href, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) {
      return null;
    }
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  }
}

// What says the same stays as it is, so that a screen reader hears only what is new.
function show(part, next) {
  if (part && next && part.innerHTML !== next.innerHTML) {
    part.replaceChildren(...next.childNodes);
  }
}
