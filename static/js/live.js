// Lists keep themselves new: how old they are ticks, and they read themselves again, changing only what changed. Nobody is
// disturbed: not while somebody types, selects or has something open, not in a hidden tab, and slower when the API asks for it.
{
  const main = () => document.getElementById("main");
  const live = () => main()?.querySelector("[data-live]");
  const mine = ({ detail }) => detail.ctx.request.headers["X-Comfydeck-Background"];
  const longest = 300; // seconds
  let pause = 0; // seconds, while something is wrong
  let last = performance.now();
  let before;

  const age = () =>
    document.querySelectorAll("time[data-age]").forEach((t) => {
      if (t.readFrom !== t.dateTime) [t.readFrom, t.readAt] = [t.dateTime, performance.now() - t.dataset.age * 1000];
      const s = Math.round((performance.now() - t.readAt) / 1000);
      t.textContent = s < 100 ? `${s} s ago` : `${Math.round(s / 60)} min ago`;
    });

  const busy = () =>
    document.hidden ||
    document.querySelector("dialog[open], #main details[open], html[data-busy]") ||
    !getSelection().isCollapsed ||
    document.activeElement?.closest("#main :is(input, select, textarea)") ||
    [...main().querySelectorAll("input:not([type=hidden])")].some((i) => i.value !== i.defaultValue || i.checked !== i.defaultChecked);

  const rows = () => {
    const words = (row) => [...row.cells].filter((c) => !c.querySelector("time")).map((c) => c.textContent).join("|");
    return new Map([...main().querySelectorAll("tbody tr[id]")].map((row) => [row.id, words(row)]));
  };

  const tick = () => {
    age();
    const now = live();
    const wait = pause || Number(now?.dataset.live);
    if (!now || !window.htmx || busy() || (!("liveNow" in now.dataset && !pause) && performance.now() - last < wait * 1000)) return;
    last = performance.now();
    delete now.dataset.liveNow;
    htmx.ajax("GET", location.pathname + location.search, { source: main(), target: "#main", swap: "innerMorph", headers: { "X-Comfydeck-Background": "1" } });
  };

  document.addEventListener("htmx:before:response", (event) => {
    if (!mine(event)) return;
    const { status, headers } = event.detail.ctx.response;
    const wait = Number(headers.get("Retry-After")) || 2 * (pause || Number(live()?.dataset.live));
    pause = status === 200 ? 0 : Math.min(wait, longest);
    if (status !== 200 || busy()) event.preventDefault(); // what is on the screen stays; its age says the rest
    else before = rows();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    last = performance.now();
    age();
    if (!mine(event) || !before) return;
    rows().forEach((words, id) => before.get(id) === words || document.getElementById(id).classList.add("changed"));
    before = undefined;
    setTimeout(() => document.querySelectorAll(".changed").forEach((row) => row.classList.remove("changed")), 2000);
  });
  setInterval(tick, 1000);
}
