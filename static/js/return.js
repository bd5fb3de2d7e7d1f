// A page that the browser kept for Back must not outlive its session or show old values: it is read again, and stays out of
// sight until then, as high as it was: else the browser would forget how far it was scrolled. Browsers keep pages in spite of
// no-store, above all those that came over plain http.
{
  addEventListener("pagehide", (event) => document.documentElement.classList.toggle("left", event.persisted));
  addEventListener("pageshow", (event) => event.persisted && location.reload());
}
