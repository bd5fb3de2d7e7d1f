// How the tests find things: the way people do, by the words on them. Prepended to each script the driver evaluates.
const squeeze = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const shown = (e) => e.checkVisibility({ visibilityProperty: true }) && e.getClientRects().length > 0;
const words = (e) => squeeze(e.getAttribute("aria-label") ?? e.querySelector(":scope > title")?.textContent ?? e.innerText);

const only = (found, what) => {
  if (found.length !== 1) throw new Error(`${found.length} of ${what} on ${location.pathname}${location.search}: ${squeeze(document.body?.innerText).slice(0, 600)}`);
  return found[0];
};

// The link, button, summary or choice that says name, inside the one element that matches scope.
const control = (name, scope = "body") => {
  const root = only([...document.querySelectorAll(scope)], scope);
  const says = (e) => words(e.querySelector(".choice__title") ?? e) === name;
  return only([...root.querySelectorAll("a[href], button, summary, label.choice")].filter((e) => shown(e) && !e.disabled && says(e)), `“${name}” in ${scope}`);
};

// The input that belongs to a label.
const field = (label) => {
  const labels = [...document.querySelectorAll("label")].filter((l) => words(l) === label && l.control && shown(l.control));
  return only(labels, `field “${label}”`).control;
};

// The middle of an element, which must be what a click there would meet.
const middle = (e) => {
  e.scrollIntoView({ block: "center", behavior: "instant" });
  const box = e.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  if (!e.contains(top)) throw new Error(`“${words(e)}” is covered by ${top?.outerHTML.slice(0, 200)}`);
  return { x, y };
};
