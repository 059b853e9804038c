// Nothing typed is lost: a form with data-draft="url" is saved three seconds after the last key, when the page is left
// and before the session ends. The draft lives on the hospital's server, never on this computer.

const AFTER = 3000;
const AGAIN = 10000;
const words = document.getElementById("words")?.dataset ?? {};
const forms = new WeakMap();

document.addEventListener("input", (event) => {
  const form = event.target.form ?? event.target.closest("form");
  if (!form?.dataset.draft) return;
  const state = stateOf(form);
  state.dirty = true;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => save(form), AFTER);
});

// What is sent is no draft any more; if it is refused, the next key saves it again.
document.addEventListener("submit", (event) => {
  const state = forms.get(event.target);
  if (!state) return;
  clearTimeout(state.timer);
  state.dirty = false;
});

// The session ends with this form, so what is typed goes ahead of it. If it can't, the first press only says so.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  const unsaved = "endsSession" in form.dataset && !("tried" in form.dataset) ? dirtyForms() : [];
  if (!unsaved.length) return;
  event.preventDefault();
  form.dataset.tried = "";
  await Promise.all(unsaved.map((one) => save(one)));
  if (!dirtyForms().length) form.submit();
});

// NB: these saves happen by themselves; marked as polls, they don't keep a session alive that nobody uses.
for (const name of ["pagehide", "hms:ending"]) addEventListener(name, saveAll);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && saveAll());

document.querySelectorAll("form[data-draft][data-draft-restore]").forEach(restore);

function stateOf(form) {
  if (!forms.has(form)) forms.set(form, { dirty: false, timer: 0 });
  return forms.get(form);
}

function dirtyForms() {
  return [...document.querySelectorAll("form[data-draft]")].filter((form) => forms.get(form)?.dirty);
}

function saveAll() {
  for (const form of dirtyForms()) save(form, true);
}

async function save(form, alone = false) {
  const state = stateOf(form);
  clearTimeout(state.timer);
  state.dirty = false;
  say(form, words.saving);
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: {
        "X-HMS-Draft": "1",
        "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "",
        ...(alone && { "X-HMS-Poll": "1" }),
      },
      keepalive: true,
      redirect: "error",
    });
    if (!answer.ok) throw new Error(answer.status);
    dispatchEvent(new CustomEvent("hms:answer", { detail: answer.headers.get("X-HMS-Session-Seconds") }));
    const told = answer.status === 200 ? (await answer.json()).saved_at : "";
    say(form, words.saved?.replace("{time}", told || new Date().toTimeString().slice(0, 8)));
  } catch {
    state.dirty = true;
    state.timer = setTimeout(() => save(form, true), AGAIN);
    say(form, words.unsaved);
  }
}

async function restore(form) {
  const answer = await fetch(form.dataset.draft, { headers: { "X-HMS-Draft": "1" } }).catch(() => null);
  const kept = answer?.status === 200 ? await answer.json() : {};
  const fields = Object.entries(kept.fields ?? {});
  // Whoever has begun to type already goes on with that.
  if (!fields.length || forms.get(form)?.dirty) return;
  for (const [name, values] of fields) {
    const controls = [...form.elements].filter((control) => control.name === name && control.type !== "hidden");
    controls.forEach((control, index) => {
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.includes(control.value);
      else if (control.type === "select-multiple") {
        for (const option of control.options) option.selected = values.includes(option.value);
      } else control.value = values[index] ?? "";
    });
  }
  say(form, words.restored);
}

function say(form, text) {
  const place = form.querySelector("[data-draft-state] span") ?? form.querySelector("[data-draft-state]");
  if (place && text) place.textContent = text;
}
