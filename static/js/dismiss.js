// A toast goes away when somebody says so, a menu when the focus leaves it; the browser closes it for Escape and for a click elsewhere.
document.addEventListener("click", ({ target }) => target.closest?.("[data-dismiss]") && document.getElementById("notices")?.replaceChildren());
document.addEventListener("focusin", ({ target }) => target.closest("[popover], [popovertarget]") || document.querySelector(":popover-open")?.hidePopover());
