// The exact time that a <time> shows gets the reader's own zone when somebody comes near: in a long list few are ever looked at.
{
  const zone = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
  const near = (place) => [place?.closest?.("time, tr")].flatMap((e) => (e ? [e, ...e.querySelectorAll("time")] : []));
  const localise = (place) =>
    near(place).forEach((t) => {
      if (Date.parse(t.dateTime) && !t.title.includes("\n")) t.title = `${zone.format(new Date(t.dateTime))}\n${t.title}`; // the year 10000 is no date here
    });
  for (const type of ["pointerover", "focusin"]) document.addEventListener(type, ({ target }) => localise(target));
  document.addEventListener("htmx:after:swap", () => localise(document.activeElement)); // whose time is as the server sent it again
}
