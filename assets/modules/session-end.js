// <dialog data-session-seconds="3600">: two minutes before somebody who does nothing is signed out, they are asked. A
// page that is used, here or in another window, lets the session go on.
const WARN_MS = 2 * 60 * 1000;
const LOOK_MS = 5000;
const HEADER = "X-Session-Seconds";

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
  window.location.assign(`${dialog.dataset.signIn}?next=${encodeURIComponent(here)}`);
}
