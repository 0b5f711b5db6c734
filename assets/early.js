// Runs before the page is drawn, so that what scripts enhance does not jump. The only script that is not a module.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
