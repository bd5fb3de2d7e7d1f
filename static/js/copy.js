// Copy buttons; they and the steppers beside numbers are hidden until scripts can serve them.
{
  const reveal = () => document.querySelectorAll("[data-copy], [data-copy-from], [data-step]").forEach((b) => (b.hidden = false));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-from]");
    if (!button) return;
    const from = button.dataset.copyFrom;
    if (button.classList.contains("copied")) return;
    const label = button.getAttribute("aria-label");
    try {
      await navigator.clipboard.writeText(from ? document.getElementById(from).textContent : button.dataset.copy);
      button.setAttribute("aria-label", "Copied");
    } catch {
      button.setAttribute("aria-label", "Copying is not allowed here: select the text instead");
    }
    button.classList.add("copied");
    setTimeout(() => {
      button.setAttribute("aria-label", label);
      button.classList.remove("copied");
    }, 1500);
  });

  reveal();
  document.addEventListener("htmx:after:swap", reveal);
}
