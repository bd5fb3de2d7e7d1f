// The theme answers at once; the form behind the buttons makes the server remember it.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[name=theme]");
  if (!button || !globalThis.htmx) return;
  document.documentElement.dataset.theme = button.value;
  document.querySelectorAll("input[name=theme]").forEach((i) => (i.checked = i.value === button.value));
  button.form.querySelectorAll("button[name=theme]").forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
});
