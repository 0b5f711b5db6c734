// <div id="progress" data-follow>: something that is under way. The page is asked for again every two seconds and this part
// of it put in place, until the part that comes has no data-follow any more. Without this script a link asks for the page.
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
    const next = await latest(part.id);
    if (!next) {
      lookAgain(part, AFTER_A_FAILURE);
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

async function latest(id) {
  try {
    const answer = await fetch(window.location.href, { credentials: "same-origin", redirect: "error" });
    if (!answer.ok) {
      return null;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById(id);
  } catch {
    return null;
  }
}

// What says the same stays as it is, so that a screen reader hears only what is new.
function show(part, next) {
  if (part.innerHTML !== next.innerHTML) {
    part.replaceChildren(...next.childNodes);
  }
}
