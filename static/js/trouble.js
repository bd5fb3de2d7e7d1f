// Says so when a request of the browser library gets no answer at all; every answer speaks for itself.
{
  document.addEventListener("htmx:error", ({ detail }) => {
    if (detail.ctx?.request.headers["X-Comfydeck-Background"]) return; // nobody asked, so nobody misses it
    const text = document.createElement("p");
    text.textContent = "No answer from this server. Check the connection, then read the page again before you repeat a change.";
    const notice = document.createElement("div");
    notice.className = "notice notice--error";
    notice.setAttribute("role", "alert");
    notice.append(text);
    const toast = document.createElement("div");
    toast.className = "toasts";
    toast.append(notice);
    document.getElementById("notices")?.replaceChildren(toast);
  });
}
