// Light, dark, or as the system: changes at once, and a cookie tells the server for the next page.
// Without this script the same form is posted.

const YEAR = 365 * 24 * 3600;
const root = document.documentElement;

root.classList.add("js");

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (!form.matches("[data-themes]") || button?.name !== "theme") return;
  event.preventDefault();
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `hms_theme=${button.value}; path=/; max-age=${button.value ? YEAR : 0}; samesite=lax${secure}`;
  if (button.value) root.dataset.bsTheme = button.value;
  else delete root.dataset.bsTheme;
  for (const other of form.querySelectorAll("[name=theme]")) {
    other.setAttribute("aria-pressed", String(other === button));
  }
});
