// Whoever works by keyboard keeps the place: when the browser library rested or replaced the control that was pressed, the
// control or its successor gets the focus back, or else the heading of the screen that came. Whoever sorts sees what comes first.
{
  const pressed = new WeakMap(); // request → how to find the control again
  let sorts;
  document.addEventListener("focusin", ({ target: t }) => t.matches(".sheet *, .line *, #graph-box *") && t.matches(":focus-visible") && t.scrollIntoView({ block: "nearest", inline: "nearest" })); // browsers leave it half cut off
  document.addEventListener("htmx:before:swap", ({ detail }) => (sorts = detail.ctx.sourceElement?.matches(".sort")));
  document.addEventListener("htmx:after:swap", () => sorts && document.querySelector("tbody tr")?.scrollIntoView({ block: "nearest" })); // the head is in reach far down, what comes first now is not
  document.addEventListener("htmx:config:request", ({ detail }) => {
    const control = document.activeElement;
    if (!control || control === document.body) return;
    const like = control.name ? `[name="${CSS.escape(control.name)}"]${control.localName === "button" ? `[value="${CSS.escape(control.value)}"]` : ""}` : `[href="${CSS.escape(control.getAttribute("href") ?? "")}"]`;
    pressed.set(detail.ctx, { control, home: control.closest("[id]")?.id, like });
  });

  document.addEventListener("htmx:finally:request", ({ detail }) =>
    queueMicrotask(() => { // the library wakes resting controls right after this event
      const was = pressed.get(detail.ctx);
      if (!was || document.activeElement !== document.body) return;
      const home = document.getElementById(was.home), heading = document.querySelector("#main h1");
      const next = was.control.isConnected ? was.control : home?.querySelector(was.like) ?? (home && home.id !== "main" ? home : heading);
      if (next === heading) heading?.setAttribute("tabindex", "-1");
      next?.focus();
    }),
  );
}
