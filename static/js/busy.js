// Says that something is on its way: a line after 150 ms, with the places on the page that what asks stands in; what it waits for
// after 3 s. Nothing shows for a fast answer.
{
  const root = document.documentElement;
  const say = (...text) => document.getElementById("waiting")?.replaceChildren(...text);
  let timers = [];
  const begin = (source = root) => {
    end();
    timers = [
      setTimeout(() => (root.dataset.busy = ["#main", "tbody", ".search", ".read"].filter((place) => source.closest(place)).join(" ")), 150),
      setTimeout(say, 3000, "Still waiting for RunComfy’s API."),
      setTimeout(say, 10_000, "RunComfy’s API is slow to answer. It may take up to half a minute; nothing is sent twice."),
      setTimeout(end, 45_000),
    ];
  };
  const end = () => {
    timers.forEach(clearTimeout);
    delete root.dataset.busy;
    say();
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.origin === location.origin && !link.hasAttribute("download") && !link.target && !link.hash) begin();
  });
  document.addEventListener("submit", (event) => event.defaultPrevented || begin());
  document.addEventListener("htmx:before:request", ({ detail }) => detail.ctx.request.headers["X-Comfydeck-Background"] || begin(detail.ctx.sourceElement));
  document.addEventListener("htmx:finally:request", end);
  document.addEventListener("deck:stayed", end);
  addEventListener("pageshow", end);
}
