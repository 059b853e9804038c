// Ctrl+K or Cmd+K, or typing into the top bar's search, opens the palette: patients, visits, pages and actions, found
// by the server. The focus stays in the box; arrows choose, Enter opens.

const palette = document.getElementById("palette");
const input = palette?.querySelector("[role=combobox]");
const results = document.getElementById("palette-results");

if (palette) {
  const hint = document.querySelector(".hms-topbar .hms-search .hms-key");
  if (hint && /Mac|iPhone|iPad/.test(navigator.userAgent)) hint.textContent = "⌘ K";
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    }
  });
  document.addEventListener("input", (event) => {
    if (!event.target.matches("input[data-palette]")) return;
    open(event.target.value);
    event.target.value = "";
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("a[data-palette]")) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("keydown", (event) => {
    const options = [...results.querySelectorAll("[role=option][href]")];
    const at = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (options.length) choose(options, (at + step + options.length) % options.length);
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      options[at].click();
    } else if (event.key === "Escape") {
      // A search box would only empty itself.
      event.preventDefault();
      palette.close();
    }
  });
  results.addEventListener("htmx:afterSettle", () => choose([...results.querySelectorAll("[role=option][href]")], 0));
}

function open(text = "") {
  if (!palette.open) palette.showModal();
  input.value = text;
  input.focus();
  input.dispatchEvent(new CustomEvent("palette"));
}

function choose(options, index) {
  options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
  const chosen = options[index];
  if (chosen) input.setAttribute("aria-activedescendant", chosen.id);
  else input.removeAttribute("aria-activedescendant");
  chosen?.scrollIntoView({ block: "nearest" });
}
