// The role's tour of at most five steps: points at a place by its data-tour, can be skipped, and starts again from the
// help menu. Ended either way, it tells the server, so that it does not start by itself a second time.

const tour = document.getElementById("tour");

if (tour) {
  const steps = [...tour.querySelectorAll("li")];
  const title = tour.querySelector("#tour-title");
  const text = tour.querySelector("[data-tour-text]");
  const where = tour.querySelector("[data-tour-where]");
  const next = tour.querySelector("[data-tour-next]");
  const nextWords = next.textContent;
  let at = 0;

  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-tour-start]")) return;
    event.target.closest("[popover]")?.hidePopover();
    start();
  });
  next.addEventListener("click", () => (at + 1 < steps.length ? show(at + 1) : end()));
  tour.querySelector("[data-tour-skip]").addEventListener("click", end);
  tour.addEventListener("keydown", (event) => event.key === "Escape" && end());
  if ("starts" in tour.dataset) start();

  function start() {
    tour.show();
    show(0);
  }

  function show(step) {
    at = step;
    const { target, title: head, text: words } = steps[step].dataset;
    title.textContent = head;
    text.textContent = words;
    where.textContent = where.dataset.tourWhere.replace("{step}", step + 1).replace("{total}", steps.length);
    next.textContent = step + 1 < steps.length ? nextWords : next.dataset.last;
    point(target);
    next.focus();
  }

  function point(target) {
    document.querySelectorAll(".hms-tour-target").forEach((element) => element.classList.remove("hms-tour-target"));
    const places = target ? document.querySelectorAll(`[data-tour="${CSS.escape(target)}"]`) : [];
    const place = [...places].find((element) => element.checkVisibility());
    place?.classList.add("hms-tour-target");
    place?.scrollIntoView({ block: "nearest" });
  }

  function end() {
    point("");
    tour.close();
    const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
    fetch(tour.dataset.done, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true });
  }
}
