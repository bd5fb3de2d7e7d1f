// Keyboard shortcuts, as the sheet behind "?" lists them. They rest while somebody types and can be switched off for good.
{
  const sheet = document.getElementById("shortcuts");
  const rows = () => [...document.querySelectorAll("tr[id^='deployment-']")];
  const current = () => document.activeElement?.closest?.("tr[id^='deployment-']");
  // In a list a key needs a chosen row: it must never act on one that nobody picked.
  const open = (selector) => (current() ?? (rows().length ? null : document.getElementById("main")))?.querySelector(selector)?.click();
  let pending = "";

  const step = (by) => {
    const list = rows();
    const at = list.indexOf(current());
    const next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
    next?.querySelector("th a").focus();
    next?.scrollIntoView({ block: "nearest" });
  };

  const keys = {
    "/": () => document.getElementById("q")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    e: () => open("a[data-key=edit]"),
    x: () => current()?.querySelector("[form=selection]")?.click(),
    p: () => open("button[name=switch]"),
    r: () => document.querySelector("a[data-key=refresh]")?.click(),
    n: () => document.querySelector("a[data-key=new]")?.click(),
    "g d": () => document.querySelector("a.brand").click(),
    "?": () => sheet?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog[open]");
    if (typing || event.repeat || event.ctrlKey || event.metaKey || event.altKey || document.documentElement.dataset.shortcuts === "off") return;
    const key = pending ? `${pending} ${event.key}` : event.key;
    pending = !pending && event.key === "g" ? "g" : "";
    if (!keys[key]) return;
    event.preventDefault();
    keys[key]();
  });

  document.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close(); // the backdrop
    if (!sheet || !event.target.closest?.("[data-shortcuts-open]")) return;
    event.preventDefault();
    sheet.showModal();
  });
}
