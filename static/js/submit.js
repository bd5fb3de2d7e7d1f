// A plain form is sent once: its button rests while the answer is on its way.
{
  const wake = () => document.querySelectorAll("form[data-sent], button[aria-busy]").forEach((e) => (delete e.dataset.sent, e.removeAttribute("aria-busy")));
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(wake, 40_000); // the server has given up by then
  });
}
