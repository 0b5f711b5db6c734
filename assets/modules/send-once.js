// <form data-once>: a second press while the first is under way does nothing. The server refuses repeats as well.
// A page that is still there so long after the press was stopped on its way: it can be sent again.
export const STOPPED_MS = 15_000;

export function sendFormsOnce(root) {
  for (const form of root.querySelectorAll("form[data-once]")) {
    let sent = false;
    const again = () => {
      sent = false;
      setDisabled(form, false);
    };
    form.addEventListener("submit", (event) => {
      if (sent) {
        event.preventDefault();
        return;
      }
      sent = true;
      // After the browser has taken the pressed button's name and value into the request.
      window.setTimeout(() => setDisabled(form, true));
      window.setTimeout(again, STOPPED_MS);
    });
    // A page that comes back from the browser's memory can be sent again.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) {
        again();
      }
    });
  }
}

function setDisabled(form, disabled) {
  for (const button of form.querySelectorAll("button[type='submit'], button:not([type])")) {
    button.setAttribute("aria-disabled", String(disabled));
  }
}
