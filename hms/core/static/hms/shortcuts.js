// Keys for links, buttons and fields that carry data-shortcut: "n", "g d", "/", "ctrl+enter". "?" lists them.
// Single letters are off while one types and where the person switched them off; combinations with Ctrl stay.

const SEQUENCE = 1200;
const off = document.body.dataset.shortcuts === "off";
let before = "";
let timer = 0;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey || event.repeat) return;
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter") return confirmForm(event);
  if (off || event.ctrlKey || event.metaKey || event.key.length !== 1 || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key.toLowerCase();
  const target = find(before ? `${before} ${key}` : key) ?? find(key);
  clearTimeout(timer);
  before = target ? "" : key;
  timer = setTimeout(() => (before = ""), SEQUENCE);
  if (key === "?") {
    event.preventDefault();
    list();
  } else if (target) {
    event.preventDefault();
    use(target);
  }
});

// Opened from the help menu too.
document.addEventListener("click", (event) => event.target.closest("[data-dialog=shortcuts]") && fill(), true);

function find(keys) {
  return [...document.querySelectorAll(`[data-shortcut="${CSS.escape(keys)}"]`)].find(
    (element) => !element.disabled && element.checkVisibility(),
  );
}

function use(target) {
  if (target.matches("input, textarea, select")) {
    target.focus();
    target.select?.();
  } else target.click();
}

function confirmForm(event) {
  const form = event.target.form ?? event.target.closest?.("form");
  // NB: a small form inside a page is sent by its own button: Ctrl+Enter in a dose must not sign the visit around it.
  const button = form?.querySelector('[data-shortcut="ctrl+enter"]') ?? ownButton(form) ?? find("ctrl+enter");
  if (!button && !form) return;
  event.preventDefault();
  if (button) button.click();
  else form.requestSubmit();
}

function ownButton(form) {
  const buttons = form?.querySelectorAll("[type=submit]:not([role=option])") ?? [];
  return [...buttons].find((button) => !button.disabled && button.checkVisibility());
}

function isTyping(target) {
  return target.isContentEditable || target.matches?.("textarea, select, input:not([type=checkbox], [type=radio])");
}

function list() {
  fill();
  document.getElementById("shortcuts")?.showModal();
}

function fill() {
  const dialog = document.getElementById("shortcuts");
  const place = dialog?.querySelector("[data-shortcut-list]");
  if (!place) return;
  place.querySelectorAll("[data-from-page]").forEach((row) => row.remove());
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-shortcut]")) {
    const keys = element.dataset.shortcut;
    if (seen.has(keys) || !element.checkVisibility()) continue;
    seen.add(keys);
    place.append(row(element.dataset.shortcutLabel || words(element), keys, dialog.dataset.then));
  }
}

function words(element) {
  const copy = element.cloneNode(true);
  copy.querySelectorAll(".hms-key, .hms-count").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

function row(text, keys, then) {
  const box = document.createElement("div");
  box.dataset.fromPage = "";
  const term = document.createElement("dt");
  term.textContent = text;
  const detail = document.createElement("dd");
  keys.split(" ").forEach((stroke, index) => {
    if (index) detail.append(` ${then} `);
    stroke.split("+").forEach((part, place) => {
      const key = document.createElement("kbd");
      key.className = "hms-key";
      key.textContent = part[0].toUpperCase() + part.slice(1);
      if (place) detail.append(" ");
      detail.append(key);
    });
  });
  box.append(term, detail);
  return box;
}
