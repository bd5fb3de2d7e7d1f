// Lists keep themselves new: how old they are ticks, and they read themselves again, changing only what changed. Nobody is
// disturbed: not while somebody types, selects or has something open, not in a hidden tab, and slower when the API asks for it.
{
  const main = document.getElementById("main");
  const live = () => main?.querySelector("[data-live], [data-live-now]");
  const mine = ({ detail }) => detail.ctx?.request.headers["X-Comfydeck-Background"];
  let asked, before, pause = 0, last = performance.now(); // pause is seconds, while something is wrong
  const slower = (wait) => (pause = Math.max(+wait || 0, Math.min(2 * (pause || live()?.dataset.live), 300))); // never faster than asked for
  const age = () =>
    document.querySelectorAll("time[data-age]").forEach((t) => {
      if (t.readFrom !== t.dateTime) [t.readFrom, t.readAt] = [t.dateTime, performance.now() - t.dataset.age * 1000];
      const s = Math.round((performance.now() - t.readAt) / 1000);
      t.textContent = s < 100 ? `${s} s ago` : `${Math.round(s / 60)} min ago`;
      if (s > 120) t.previousElementSibling.hidden = false; // twice the longest interval; what comes in hides it again
    });
  const busy = () =>
    document.hidden ||
    document.querySelector("dialog[open], :popover-open, #main details[open], html[data-busy]") ||
    !getSelection().isCollapsed ||
    document.activeElement?.closest("#main :is(input, select, textarea)") ||
    [...main.querySelectorAll("input:not([type=hidden])")].some((i) => i.value !== i.defaultValue || i.checked !== i.defaultChecked);
  const words = (row) => [...row.cells].filter((c) => !c.querySelector("time")).map((c) => c.textContent).join("|");
  const rows = () => new Map([...main.querySelectorAll("tbody tr[id]")].map((row) => [row.id, words(row)]));
  const tick = () => {
    age();
    const now = live();
    const due = performance.now() - last >= (pause || now?.dataset.live) * 1000 || (now && "liveNow" in now.dataset);
    if (!now || !window.htmx || !due || busy()) return;
    asked = last = performance.now();
    delete now.dataset.liveNow;
    htmx.ajax("GET", location.pathname + location.search, { source: main, target: "#main", swap: "innerMorph", headers: { "X-Comfydeck-Background": "1" } });
  };

  document.addEventListener("htmx:before:response", (event) => {
    const { status, headers } = event.detail.ctx.response;
    if (status === 200 || !mine(event)) return;
    slower(headers.get("Retry-After"));
    event.preventDefault(); // what is on the screen stays; its age says the rest
  });
  document.addEventListener("htmx:before:swap", (event) => {
    const { request, sourceElement } = event.detail.ctx;
    const late = request.headers["HX-Current-URL"] !== location.href; // it is of the page, filter or order before
    if (mine(event) ? late || asked !== last || busy() : late && sourceElement.dataset.key === "refresh") event.preventDefault();
    else before = mine(event) && rows();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    last = performance.now();
    age();
    const { liveWait, liveNow } = live()?.dataset ?? {};
    if (liveWait && mine(event)) slower(liveWait);
    else if (!liveWait && liveNow === undefined) pause = 0;
    if (!before) return;
    rows().forEach((text, id) => before.get(id) === text || document.getElementById(id).classList.add("changed"));
    before = undefined;
    setTimeout(() => document.querySelectorAll(".changed").forEach((row) => row.classList.remove("changed")), 2000);
  });
  document.addEventListener("htmx:error", (event) => mine(event) && slower(0)); // no answer at all
  setInterval(tick, 1000);
}
