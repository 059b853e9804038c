// A visit of the calendar is dragged to a free time, or carried there by keys: M on a visit, then a free time.
// Either way the page that asks whether to move it opens with the time chosen; nothing is moved here.

let carried = null;

const free = (event) => event.target.closest?.(".hms-free[data-slot]");

document.addEventListener("dragstart", (event) => {
  carried = event.target.closest?.("[data-move]");
  if (!carried) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", "");
  document.documentElement.classList.add("is-carrying");
});

document.addEventListener("dragover", (event) => {
  if (!carried || !free(event)) return;
  event.preventDefault();
  event.dataTransfer.dropEffect = "move";
});

for (const [name, over] of [["dragenter", true], ["dragleave", false]]) {
  document.addEventListener(name, (event) => carried && free(event)?.classList.toggle("is-over", over));
}

document.addEventListener("drop", (event) => {
  const place = free(event);
  if (!carried || !place) return;
  event.preventDefault();
  window.location.assign(`${carried.dataset.move}?slot=${encodeURIComponent(place.dataset.slot)}`);
});

document.addEventListener("dragend", () => {
  carried = null;
  document.documentElement.classList.remove("is-carrying");
  document.querySelectorAll(".hms-free.is-over").forEach((place) => place.classList.remove("is-over"));
});

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
  const visit = event.target.closest?.("[data-moving]");
  if (!visit) return;
  event.preventDefault();
  window.location.assign(visit.dataset.moving);
});
