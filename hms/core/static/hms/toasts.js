// What has been done, and its undo: shows what the server sends by HX-Trigger {"toast": {text, tone, undo, undo_text}},
// says in words when a request failed, and takes messages away again, but never an error.

const SEEN = 8000;
const UNDO = 20000;
const region = document.getElementById("toasts");
const icons = { ok: "check2", info: "info-circle-fill", warn: "exclamation-triangle-fill", error: "x-octagon-fill" };
const sprite = document.querySelector(".bi use")?.getAttribute("href").split("#")[0];

if (region) {
  region.querySelectorAll("[data-toast]").forEach(live);
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node.matches?.("[data-toast]:not([data-live])")) live(node);
    }
  }).observe(region, { childList: true });
  document.addEventListener("toast", (event) => show(event.detail));
  document.addEventListener("htmx:responseError", (event) => {
    // The server has said it in its own words already.
    if (event.detail.xhr.getResponseHeader("HX-Trigger")?.includes('"toast"')) return;
    const words = { 403: region.dataset.forbidden, 404: region.dataset.missing };
    show({ text: words[event.detail.xhr.status] ?? region.dataset.failed, tone: "error" });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, () => show({ text: region.dataset.offline, tone: "error" }));
  }
}

function show({ text, tone = "ok", undo = "", undo_text: words = "" }) {
  const toast = document.createElement("div");
  toast.className = `hms-toast hms-toast--${tone}`;
  toast.dataset.toast = "";
  if (tone === "error") toast.setAttribute("role", "alert");
  const line = document.createElement("span");
  line.textContent = text;
  toast.append(icon(icons[tone] ?? icons.info), line);
  // NB: only ever a path of this site, whatever the event says.
  if (/^\/(?!\/)/.test(undo)) toast.append(undoForm(undo, words || region.dataset.undo));
  region.append(toast);
}

function undoForm(url, words) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  if (token) form.append(token.cloneNode());
  const button = document.createElement("button");
  button.className = "hms-toast__do";
  button.textContent = words;
  form.append(button);
  return form;
}

function live(toast) {
  toast.dataset.live = "";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "hms-toast__close";
  close.setAttribute("aria-label", region.dataset.close);
  close.append(icon("x-lg"));
  close.addEventListener("click", () => toast.remove());
  toast.append(close);
  if (toast.matches(".hms-toast--error")) return;
  const wait = toast.querySelector("form") ? UNDO : SEEN;
  let timer = setTimeout(() => toast.remove(), wait);
  // Nobody loses a message while reading it or on the way to its button.
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) {
    toast.addEventListener(name, () => {
      clearTimeout(timer);
      timer = setTimeout(() => toast.remove(), wait);
    });
  }
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "bi");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
