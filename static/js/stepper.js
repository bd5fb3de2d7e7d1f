// Plus and minus beside a number.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-step]");
  if (!button) return;
  const input = document.getElementById(button.dataset.for);
  input.value = Math.min(Math.max((Number.parseInt(input.value, 10) || 0) + Number(button.dataset.step), input.dataset.min), input.dataset.max);
  input.dispatchEvent(new Event("input", { bubbles: true }));
});
