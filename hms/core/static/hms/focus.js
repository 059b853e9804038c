// Puts the focus where the work goes on: on a summary of errors, on what was just swapped in, on the field of an error.

const WANTED = "[data-autofocus]";

document.querySelector(WANTED)?.focus();

document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.target;
  (place.matches?.(WANTED) ? place : place.querySelector?.(WANTED))?.focus();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest(".hms-errors a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  (field.closest(".hms-field") ?? field).scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
});
