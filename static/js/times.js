// Adds the reader's own time zone to the exact time that every <time> shows on hover.
{
  const zone = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });
  const localise = () =>
    document.querySelectorAll("time[datetime]:not([data-local])").forEach((t) => {
      t.dataset.local = "";
      if (!Number.isNaN(Date.parse(t.dateTime))) t.title = `${zone.format(new Date(t.dateTime))}\n${t.title}`; // the year 10000 is no date here
    });
  localise();
  document.addEventListener("htmx:after:swap", localise);
}
