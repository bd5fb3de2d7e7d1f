// The switch of a row is sent as the table says. Rows have nothing that the browser library sets up: fifty of them take too long.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("tbody button[form]");
  if (!button || !window.htmx) return;
  event.preventDefault();
  htmx.ajax("POST", button.getAttribute("formaction"), { source: button });
});
