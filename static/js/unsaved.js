// Leaving a form with changes asks first, and Back and Reload bring back what was typed, from the form or from its review. Sending it
// is not leaving.
{
  const form = () => document.querySelector("form[data-guard]");
  const here = () => location.pathname + location.search;
  let changed = false, asks = true;
  const look = () => (changed = Boolean(document.querySelector("form[data-guard=changed], form[data-guard] [aria-invalid]")));
  const restore = () => {
    const { at, values } = JSON.parse(sessionStorage.getItem("typed") ?? "{}");
    const typed = (name) => values.find((value) => value[0] === name)?.[1];
    if (!form() || at !== here() || performance.getEntriesByType("navigation")[0].type === "navigate" || form().elements.as?.value !== typed("as")) return;
    for (const field of form().elements) field.type === "radio" ? (field.checked = field.value === typed(field.name)) : (field.value = typed(field.name) ?? field.value);
    changed = true;
  };

  document.addEventListener("input", ({ target }) => (changed ||= Boolean(target.form?.matches("form[data-guard]"))));
  document.addEventListener("submit", ({ target }) => target.matches("form[data-guard]") && (changed = false));
  document.addEventListener("htmx:after:swap", look);
  document.addEventListener("htmx:error", () => (changed ||= Boolean(form())));
  document.addEventListener("htmx:before:history:restore", () => (asks = false)); // from the review back to its form
  addEventListener("pagehide", () => {
    if (form() && changed) sessionStorage.setItem("typed", JSON.stringify({ at: here(), values: [...new FormData(form())] }));
    else if (form()) sessionStorage.removeItem("typed");
  });
  addEventListener("beforeunload", (event) => {
    if (!changed || !asks) return;
    event.preventDefault();
    setTimeout(() => document.dispatchEvent(new Event("deck:stayed"))); // runs once the question is answered
  });
  look();
  restore();
}
