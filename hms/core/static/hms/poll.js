// Asks again for what carries data-poll="seconds" and hx-trigger="poll", only while the page is seen.
// Such requests carry X-HMS-Poll and don't count as the person's activity.

const TICK = 5000;
const asked = new WeakMap();

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.triggeringEvent?.type === "poll") event.detail.headers["X-HMS-Poll"] = "1";
});
setInterval(ask, TICK);
document.addEventListener("visibilitychange", ask);
ask();

function ask() {
  if (document.visibilityState !== "visible") return;
  const now = Date.now();
  for (const element of document.querySelectorAll("[data-poll]")) {
    // What somebody has opened in it is not swapped away under their finger.
    if (element.querySelector("details[open]")) continue;
    if (!asked.has(element)) asked.set(element, now);
    else if (now - asked.get(element) >= Number(element.dataset.poll) * 1000) {
      asked.set(element, now);
      element.dispatchEvent(new CustomEvent("poll"));
    }
  }
}
