// The server ends a session that nobody uses; this says so 60 s before, with one key to stay, and tells the server when
// somebody types for long (at most once a minute). The server's answers say how long is left, and the tabs of one browser
// tell each other.

const WARNING = 60_000;
const PING = 60_000;
const LEFT = "X-HMS-Session-Seconds";
const dialog = document.getElementById("idle");

if (dialog) {
  const left = dialog.querySelector("[data-idle-left]");
  const tabs = new BroadcastChannel("hms-session");
  let end = 0;
  let asked = Date.now();
  let asking = false;

  tabs.addEventListener("message", (event) => lasts(Number(event.data)));
  heard(dialog.dataset.idle);
  document.addEventListener("htmx:afterRequest", (event) => heard(event.detail.xhr.getResponseHeader(LEFT)));
  addEventListener("hms:answer", (event) => heard(event.detail));
  for (const name of ["keydown", "pointerdown"]) {
    document.addEventListener(name, () => !dialog.open && Date.now() - asked > PING && stay());
  }
  dialog.querySelector("[data-idle-stay]").addEventListener("click", stay);
  // Escape means: I am here.
  dialog.addEventListener("cancel", stay);
  setInterval(look, 1000);

  function heard(seconds) {
    if (!seconds) return;
    lasts(Date.now() + Number(seconds) * 1000);
    tabs.postMessage(end);
  }

  function lasts(until) {
    end = until;
    if (dialog.open && end - Date.now() > WARNING) dialog.close();
  }

  function look() {
    const rest = end - Date.now();
    // Another tab may have kept the session: the server knows, and asks for the password only if it has ended.
    if (rest <= 0) return location.reload();
    if (rest > WARNING) return;
    left.textContent = Math.ceil(rest / 1000);
    if (dialog.open) return;
    dispatchEvent(new Event("hms:ending"));
    document.querySelectorAll("dialog[open]:not(#tour)").forEach((other) => other.close());
    dialog.showModal();
  }

  async function stay() {
    if (asking) return;
    asking = true;
    asked = Date.now();
    try {
      const token = document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
      const answer = await fetch(dialog.dataset.keepalive, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        redirect: "error",
      });
      if (answer.ok) heard(answer.headers.get(LEFT) ?? dialog.dataset.idle);
      else if (answer.status === 401 || answer.status === 403) location.reload();
    } catch {
      // No connection: the clock goes on, and the next key tries again.
      asked = 0;
    } finally {
      asking = false;
    }
  }
}
