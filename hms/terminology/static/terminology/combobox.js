// A search field with a list of options under it (WAI-ARIA Authoring Practices 1.2, combobox with list popup).
// Arrow keys move through the options, Enter takes the marked one, Escape closes the list and leaves the text.
// The options are submit buttons, so without this file everything still works by Tab and click.

const options = (box) => [...box.querySelectorAll('[role="option"]')];

function mark(box, chosen) {
  const field = box.querySelector('[role="combobox"]');
  for (const option of options(box)) {
    const is = option === chosen;
    option.setAttribute("aria-selected", String(is));
    option.classList.toggle("is-selected", is);
  }
  if (chosen) {
    field.setAttribute("aria-activedescendant", chosen.id);
    chosen.scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function refresh(box) {
  const found = options(box);
  const list = box.querySelector("[data-options]");
  found.forEach((option, place) => {
    option.id = `${list.id}-${place}`;
    option.tabIndex = -1;
  });
  list.hidden = false;
  box.querySelector('[role="combobox"]').setAttribute("aria-expanded", String(found.length > 0));
  mark(box, null);
}

function move(box, step) {
  const found = options(box);
  if (!found.length) return;
  const at = found.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const next = at < 0 ? (step > 0 ? 0 : found.length - 1) : (at + step + found.length) % found.length;
  mark(box, found[next]);
}

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("[data-combobox]");
  if (!box || event.target.getAttribute("role") !== "combobox" || event.isComposing) return;
  const list = box.querySelector("[data-options]");
  const marked = box.querySelector('[role="option"][aria-selected="true"]');
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    list.hidden = false;
    move(box, event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    // Never submit what was only typed: the first option is offered, not taken.
    event.preventDefault();
    if (marked) marked.click();
    else move(box, 1);
  } else if (event.key === "Escape" && !list.hidden && options(box).length) {
    event.preventDefault();
    list.hidden = true;
    event.target.setAttribute("aria-expanded", "false");
    mark(box, null);
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  const box = event.target.closest?.("[data-combobox]");
  if (box) refresh(box);
});

// What was chosen stands in the list now: the field is free for the next.
document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, requestConfig } = event.detail;
  const box = event.target.querySelector?.("[data-combobox]");
  if (!box || !successful || requestConfig?.verb !== "post") return;
  box.querySelector('[role="combobox"]').value = "";
  box.querySelector("[data-options]").replaceChildren();
  refresh(box);
});

for (const box of document.querySelectorAll("[data-combobox]")) refresh(box);
