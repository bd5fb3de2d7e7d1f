// A toast goes away when somebody says so.
{
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("[data-dismiss]")) document.getElementById("notices")?.replaceChildren();
  });
}
