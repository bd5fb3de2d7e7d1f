// A graph moves with the mouse, and shows on its small map what is in sight.
{
  const boxOf = (event) => event.target.closest?.("#graph-box");
  let moved = 0; // by the drag that is on
  const follow = () => {
    const view = document.querySelector(".map__view");
    const box = document.getElementById("graph-box");
    if (!view || !box?.scrollWidth) return; // closed, or not laid out yet
    const x = view.ownerSVGElement.viewBox.baseVal.width / box.scrollWidth, y = view.ownerSVGElement.viewBox.baseVal.height / box.scrollHeight;
    view.setAttribute("d", `M${box.scrollLeft * x} ${box.scrollTop * y}h${box.clientWidth * x}v${box.clientHeight * y}h${-box.clientWidth * x}z`);
  };
  document.addEventListener("dragstart", (event) => boxOf(event) && event.preventDefault());
  document.addEventListener("pointerdown", () => (moved = 0));
  document.addEventListener("pointermove", (event) => {
    if (event.buttons !== 1 || event.pointerType !== "mouse" || !boxOf(event)) return;
    moved += Math.abs(event.movementX) + Math.abs(event.movementY);
    boxOf(event).scrollBy(-event.movementX, -event.movementY);
  });
  document.addEventListener("click", (event) => moved > 5 && boxOf(event) && (event.preventDefault(), event.stopPropagation()), true); // the end of a drag chooses nothing

  for (const name of ["scroll", "resize", "htmx:after:swap"]) addEventListener(name, follow, true);
  follow();
}
