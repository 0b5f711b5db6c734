// <form data-keep="/.../keep/">: what is typed is kept on the server while it is typed, and the line
// <p data-keep-status> says truthfully whether it is. Nothing is stored in the browser: the machine may be shared.
import { STOPPED_MS } from "./send-once.js";
import { sessionGoesOn } from "./session-end.js";

const PAUSE_MS = 2000;
const LATEST_MS = 4000;
const LOOK_MS = 500;
const PATIENCE_MS = 10000;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];
// The line is there before anything is typed: a line that came later would move the buttons from under the pointer.
const NOTHING_TYPED = "Saved as you type.";
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "typed_by", "version", "then", "q", "add_type"]);

export function keepTyping(root) {
  for (const form of root.querySelectorAll("form[data-keep]")) {
    new Keeper(form).start();
  }
}

class Keeper {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-keep-status]");
    this.said = form.querySelector("[data-keep-said]");
    this.kept = this.typed();
    this.seen = this.kept;
    this.keptAt = "";
    this.changedAt = 0;
    this.firstChangeAt = 0;
    this.failures = 0;
    this.retryAt = 0;
    this.triedAt = 0;
    this.refusal = "";
    this.isSomebodyElses = false;
    this.running = null;
    this.sent = false;
    this.stopped = false;
  }

  start() {
    this.show("waiting", NOTHING_TYPED);
    window.setInterval(() => this.look(), LOOK_MS);
    window.addEventListener("online", () => this.tryNow());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        this.sendAway();
      }
    });
    window.addEventListener("pagehide", () => this.sendAway());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) {
        this.sent = false;
      }
    });
    window.addEventListener("beforeunload", (event) => {
      if (!this.sent && (this.failures > 0 || this.refusal) && this.isUnkept()) {
        event.preventDefault();
      }
    });
    // In a text box Enter begins a new line; with Control or Command it saves, as the button does.
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit(this.form.querySelector("button[name='action'][value='next']"));
      }
    });
    // Before the handlers of the page: without a connection the browser would replace it by a page of its own.
    this.form.addEventListener("submit", (event) => this.leave(event), { capture: true });
  }

  // What is in the boxes, as text that can be compared.
  typed() {
    const entries = [...new FormData(this.form)].filter(([name]) => !NOT_TYPED.has(name));
    return new URLSearchParams(entries).toString();
  }

  isUnkept() {
    return this.typed() !== this.kept;
  }

  // Look-ahead boxes set their value without an event, so the boxes are looked at instead of listened to.
  look() {
    if (this.stopped || this.sent) {
      return;
    }
    const now = Date.now();
    const typed = this.typed();
    if (typed !== this.seen) {
      this.seen = typed;
      this.changedAt = now;
      this.firstChangeAt ||= now;
      if (typed === this.kept && this.failures === 0) {
        this.undone();
      } else if (this.failures === 0 && !this.refusal) {
        this.show("saving", "Saving…");
      }
    }
    if (typed === this.kept || this.running || this.isRefused()) {
      return;
    }
    const due = this.failures > 0 ? now >= this.retryAt : now - this.changedAt >= PAUSE_MS || now - this.firstChangeAt >= LATEST_MS;
    if (due) {
      this.save();
    }
  }

  // What was refused would be refused again, and asking would keep the session of an absent person alive.
  isRefused() {
    return this.refusal !== "" && this.changedAt < this.triedAt;
  }

  // The boxes hold what is kept already.
  undone() {
    this.refusal = "";
    this.show(this.keptAt ? "saved" : "waiting", this.keptAt ? `Saved at ${this.keptAt}` : NOTHING_TYPED);
  }

  tryNow() {
    this.retryAt = 0;
    this.look();
  }

  body() {
    return new URLSearchParams([...new FormData(this.form)]);
  }

  async save() {
    const typed = this.typed();
    this.firstChangeAt = 0;
    this.triedAt = Date.now();
    this.running = new AbortController();
    const timer = window.setTimeout(() => this.running?.abort(), PATIENCE_MS);
    try {
      const answer = await fetch(this.form.dataset.keep, {
        method: "POST",
        body: this.body(),
        headers: { Accept: "application/json" },
        signal: this.running.signal,
      });
      await this.heard(answer, typed);
    } catch {
      if (!this.sent) {
        this.failed("Not saved: no connection. We keep trying. Do not close this page.");
      }
    } finally {
      window.clearTimeout(timer);
      this.running = null;
    }
  }

  async heard(answer, typed) {
    if (this.sent) {
      return;
    }
    const isOurs = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (answer.ok && isOurs) {
      const { saved_at: savedAt } = await answer.json();
      this.kept = typed;
      this.keptAt = savedAt;
      const again = this.failures > 0;
      this.failures = 0;
      this.refusal = "";
      this.isSomebodyElses = false;
      this.show("saved", `Saved at ${savedAt}`, again ? `The connection is back. Saved at ${savedAt}` : "");
      sessionGoesOn(answer);
    } else if (answer.status === 401) {
      this.stop(this.keptAt ? `You are signed out. What you typed until ${this.keptAt} is kept.` : "You are signed out. What you typed is kept in this browser until you sign in.");
    } else if (answer.status === 403 && !isOurs) {
      // Signed in again in another window: this page's token is an old one.
      await this.renewToken();
      this.failed("Not saved yet. We keep trying. Do not close this page.");
    } else if (isOurs && answer.status < 500) {
      this.refused(answer.status, `Not saved: ${(await answer.json()).detail}`);
    } else {
      this.failed("Not saved: the service does not answer. We keep trying. Do not close this page.");
    }
  }

  async renewToken() {
    const answer = await fetch(this.form.dataset.here, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("input[name=csrfmiddlewaretoken]")?.value;
    for (const input of token ? document.querySelectorAll("input[name=csrfmiddlewaretoken]") : []) {
      input.value = token;
    }
  }

  // The service has answered, so it answers the button as well and says there what is to be put right. Only the page of
  // somebody else must not be saved in the name of who is signed in now.
  refused(status, words) {
    this.show("failed", words, words === this.refusal ? "" : words);
    this.refusal = words;
    this.isSomebodyElses = status === 409;
    this.failures = 0;
  }

  failed(words) {
    const pause = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
    this.retryAt = Date.now() + pause;
    // Said once, not at every try.
    this.show("failed", words, this.failures === 0 ? words : "");
    this.failures += 1;
    this.refusal = "";
  }

  stop(words) {
    this.stopped = true;
    this.show("failed", words, words);
    const link = document.createElement("a");
    link.className = "govuk-link";
    link.href = `${this.form.dataset.signIn}?next=${encodeURIComponent(this.form.dataset.here)}`;
    link.textContent = "Sign in again";
    this.line.append(" ", link);
  }

  show(state, words, said = "") {
    this.line.hidden = false;
    this.line.dataset.state = state;
    this.line.textContent = words;
    if (said) {
      this.said.textContent = said;
    }
  }

  // The page closes, or another one is looked at: send what is not kept yet without waiting for an answer.
  sendAway() {
    if (!this.sent && !this.stopped && this.isUnkept() && !this.isRefused()) {
      navigator.sendBeacon(this.form.dataset.keep, this.body());
    }
  }

  isHeldBack() {
    return this.failures > 0 || this.isSomebodyElses;
  }

  leave(event) {
    if (this.isHeldBack() && !this.stopped) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const pressed = event.submitter;
      this.running?.abort();
      this.save().then(() => {
        if (!this.isHeldBack() && !this.stopped) {
          this.form.requestSubmit(pressed);
        } else {
          this.line.scrollIntoView({ block: "center" });
          this.said.textContent = "";
          this.said.textContent = this.line.textContent;
        }
      });
      return;
    }
    this.sent = true;
    this.running?.abort();
    window.setTimeout(() => {
      this.sent = false;
    }, STOPPED_MS);
  }
}
