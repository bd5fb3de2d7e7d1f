// The key of a shared page stands behind the # of its link, which browsers send nowhere: it moves into the form, out of the address.
if (/^#[\w-]{43}$/.test(location.hash)) {
  document.querySelectorAll("[data-share]").forEach((i) => ((i.value = location.hash.slice(1)), (i.closest(".field").hidden = true)));
  history.replaceState(null, "", location.pathname);
}
