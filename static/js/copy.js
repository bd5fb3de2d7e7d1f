// Copy buttons; they and the steppers beside numbers are hidden until scripts can serve them.
{
  const reveal = () => document.querySelectorAll("[data-copy], [data-copy-from], [data-step]").forEach((b) => (b.hidden = false));
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("[data-copy], [data-copy-from]");
    if (!button || button.classList.contains("copied")) return;
    const from = button.dataset.copyFrom, label = button.getAttribute("aria-label");
    const say = (text, copied) => (button.setAttribute("aria-label", text), button.classList.toggle("copied", copied));
    try {
      await navigator.clipboard.writeText(from ? document.getElementById(from).textContent : button.dataset.copy);
      say("Copied", true);
    } catch {
      say("Copying is not allowed here: select the text instead", true);
    }
    setTimeout(say, 1500, label, false);
  });

  reveal();
  document.addEventListener("htmx:after:swap", reveal);
}
