// Plus and minus beside a number; hidden until this script can serve them.
{
  const reveal = () => document.querySelectorAll("button[data-step]").forEach((b) => (b.hidden = false));

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button[data-step]");
    if (!button) return;
    const input = document.getElementById(button.dataset.for);
    const value = Number.parseInt(input.value, 10) || 0;
    input.value = Math.min(Math.max(value + Number(button.dataset.step), Number(input.dataset.min)), Number(input.dataset.max));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });

  reveal();
  document.addEventListener("htmx:after:swap", reveal);
}
