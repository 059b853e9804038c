// Menus and helps made of <details> close when one goes elsewhere; buttons open and close dialogs; one prints.
// The menus of the top bar are popovers and need no script.

const OPEN = "details:is(.hms-more, .hms-help)[open]";

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(OPEN)) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    opener.closest("[popover]")?.hidePopover();
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.closest("[data-print]")) print();
  // A press beside the dialog, on its backdrop.
  if (event.target.matches("dialog.hms-dialog, dialog.hms-palette") && event.target.id !== "idle") {
    event.target.close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement.closest(OPEN) ?? document.querySelector(OPEN);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
