// <dialog data-session-seconds="3600">: two minutes before somebody who does nothing is signed out, they are asked. A
// page that is used, here or in another window, lets the session go on. At the end the page leads to signing in, unless
// it holds something typed that is kept nowhere else: that stays to be copied, and <div data-session-over> says so.
const WARN_MS = 2 * 60 * 1000;
const LOOK_MS = 5000;
const HEADER = "X-Session-Seconds";
const REFUSED = ".govuk-error-summary, main .oic-returned[role='alert']";

let dialog = null;
let endsAt = Infinity;
const others = "BroadcastChannel" in window ? new BroadcastChannel("oic-session") : null;

export function watchSession(root) {
  dialog = root.querySelector("dialog[data-session-seconds]");
  if (!dialog) {
    return;
  }
  goOn(Number(dialog.dataset.sessionSeconds));
  others?.addEventListener("message", ({ data }) => setEnd(Math.max(endsAt, data)));
  window.setInterval(look, LOOK_MS);
  document.addEventListener("visibilitychange", look);
  dialog.querySelector("[data-session-stay]").addEventListener("click", stay);
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
}

// An answer of the server says how long the session lasts from now.
export function sessionGoesOn(answer) {
  const seconds = Number(answer.headers.get(HEADER));
  if (dialog && seconds > 0) {
    goOn(seconds);
  }
}

function goOn(seconds) {
  setEnd(Date.now() + seconds * 1000);
  others?.postMessage(endsAt);
}

function setEnd(moment) {
  endsAt = moment;
  if (dialog.open && endsAt - Date.now() > WARN_MS) {
    dialog.close();
  }
}

function look() {
  const left = endsAt - Date.now();
  if (left <= 0) {
    end();
  } else if (left <= WARN_MS) {
    warn(left);
  }
}

function warn(left) {
  const line = dialog.querySelector("[data-session-left]");
  const words = left > 60_000 ? "in 2 minutes" : "in less than a minute";
  if (line.textContent !== words) {
    line.textContent = words;
  }
  if (!dialog.open) {
    dialog.showModal();
  }
}

async function stay() {
  const form = dialog.querySelector("form");
  const problem = dialog.querySelector("[data-session-problem]");
  try {
    const answer = await fetch(dialog.dataset.extend, {
      method: "POST",
      body: new URLSearchParams([...new FormData(form)]),
      headers: { Accept: "application/json" },
    });
    if (answer.status === 401) {
      end();
      return;
    }
    if (!answer.ok) {
      throw new Error(`answered ${answer.status}`);
    }
    problem.hidden = true;
    goOn((await answer.json()).seconds);
  } catch {
    problem.hidden = false;
  }
}

function end() {
  endsAt = Infinity;
  const here = document.querySelector("form[data-keep]")?.dataset.here ?? window.location.pathname + window.location.search;
  const address = `${dialog.dataset.signIn}?next=${encodeURIComponent(here)}`;
  const typed = [...document.querySelectorAll("form[method='post']:not([data-keep])")].find(isChanged);
  if (!typed) {
    window.location.assign(address);
    return;
  }
  dialog.close();
  const over = document.querySelector("[data-session-over]");
  over.querySelector("a").href = address;
  typed.before(over);
  over.hidden = false;
  over.scrollIntoView({ block: "center" });
}

// Another state than the page came with; a page that was refused came with what was typed.
function isChanged(form) {
  const controls = [...form.elements].filter(({ name, type }) => name && type !== "hidden" && type !== "submit");
  return controls.length > 0 && (document.querySelector(REFUSED) !== null || controls.some(differs));
}

function differs(control) {
  if (control.options) {
    return control.selectedIndex > 0 && !control.options[control.selectedIndex].defaultSelected;
  }
  if (control.type === "checkbox" || control.type === "radio") {
    return control.checked !== control.defaultChecked;
  }
  return control.defaultValue !== undefined && control.value !== control.defaultValue;
}
