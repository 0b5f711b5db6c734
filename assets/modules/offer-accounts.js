// On the sign-in page of a demonstration: a button beside each account fills in the form.
export function offerAccounts(root) {
  const login = root.querySelector("[name='login']");
  const password = root.querySelector("[name='password']");
  if (!login || !password) {
    return;
  }
  for (const button of root.querySelectorAll("button[data-account]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      login.value = button.dataset.account;
      password.value = button.dataset.password;
      login.form.querySelector("button[type='submit']").focus();
    });
  }
}
