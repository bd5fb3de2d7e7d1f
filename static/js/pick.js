// The box in the head of a list ticks its page. Ticks stay while the same list is paged, sorted or read again, and when Back or Reload
// lead to it, those out of sight as boxes in the bar. In another list, those that it shows stay.
{
  const bar = () => document.getElementById("selection");
  const chosen = () => bar() && new FormData(bar());
  const list = (of) => of.get("as") + of.get("list").replace(/&|(sort|desc)=\w+/g, "");
  let old;

  document.addEventListener("change", ({ target }) => {
    if ("pickAll" in target.dataset) document.querySelectorAll(".table [form=selection]").forEach((box) => (box.checked = target.checked));
  });
  const put = () => {
    if (!old?.has("list") || !bar()) return;
    const ids = new Set(old.getAll("id[]")), same = list(old) === list(chosen());
    for (const box of bar().elements) if (box.type === "checkbox") box.checked = ids.delete(box.value);
    bar().all.checked = same && old.has("all");
    bar().change.value = old.get("change");
    if (same) ids.forEach((value) => bar().firstElementChild.append(Object.assign(document.createElement("input"), { type: "checkbox", name: "id[]", value, checked: true })));
  };
  document.addEventListener("htmx:before:swap", () => (old = chosen() ?? old));
  document.addEventListener("htmx:after:swap", put);
  addEventListener("pagehide", () => bar() && sessionStorage.setItem("picked", JSON.stringify([...chosen()])));
  if (performance.getEntriesByType("navigation")[0].type !== "navigate") {
    old = new FormData();
    for (const field of JSON.parse(sessionStorage.getItem("picked") ?? "[]")) old.append(...field);
    put();
  }
}
