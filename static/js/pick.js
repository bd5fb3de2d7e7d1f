// The box in the head of a list ticks its page.
document.addEventListener("change", ({ target }) => {
  if ("pickAll" in target.dataset) document.querySelectorAll("[form=selection]").forEach((box) => (box.checked = target.checked));
});
