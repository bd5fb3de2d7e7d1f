// Leaving a form with changes asks first. Sending it is not leaving.
{
  let changed = false;
  const form = (target) => target.closest?.("form[data-guard]");

  document.addEventListener("input", (event) => (changed ||= Boolean(form(event.target))));
  document.addEventListener("submit", (event) => form(event.target) && (changed = false));
  document.addEventListener("htmx:after:swap", () => (changed = Boolean(document.querySelector("form[data-guard] [aria-invalid]"))));
  addEventListener("beforeunload", (event) => {
    if (!changed) return;
    event.preventDefault();
    setTimeout(() => document.dispatchEvent(new Event("deck:stayed"))); // runs once the question is answered
  });
}
