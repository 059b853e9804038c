// A form is sent once: the second press of its button does nothing, and after 300 ms the button says that it works.
// The idempotency key in the form does the true work; this spares people the doubt.

const WORKING = 300;
// A download leaves the page where it is: the form must come back to life by itself.
const LATEST = 8000;

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.getAttribute("method")?.toLowerCase() !== "post" || "many" in form.dataset) return;
    if ("sent" in form.dataset) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    form.dataset.sent = "";
    const button = event.submitter;
    if (button) {
      setTimeout(() => "sent" in form.dataset && button.classList.add("is-loading"), WORKING);
    }
    setTimeout(() => release(form), LATEST);
  },
  // Before htmx, which stops the event at the form.
  true,
);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sent]");
  if (form) release(form);
});

// Back from the next page by the browser's own button.
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll(".is-loading")) button.classList.remove("is-loading");
}
