// Says so when a request of the browser library gets no answer at all; every answer speaks for itself.
{
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx?.request.headers["X-Comfydeck-Background"]) return; // nobody asked, so nobody misses it
    const make = (tag, properties) => Object.assign(document.createElement(tag), properties);
    const notice = make("div", { className: "notice notice--error", role: "alert" });
    notice.append(make("p", { textContent: "No answer from this server. Check the connection, then read the page again before you repeat a change." }));
    const toast = make("div", { className: "toasts" });
    toast.append(notice);
    document.getElementById("notices")?.replaceChildren(toast);
  });
}
