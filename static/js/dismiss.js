// A toast goes away when somebody says so.
document.addEventListener("click", ({ target }) => target.closest?.("[data-dismiss]") && document.getElementById("notices")?.replaceChildren());
