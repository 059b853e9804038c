// A form at which one stranger follows another: after so many seconds without a touch everything typed is gone, and a
// page that the back button brings again is empty.

const form = document.querySelector("[data-ends]");

if (form) {
  const leave = () => location.replace(form.dataset.start);
  let timer = setTimeout(leave, Number(form.dataset.ends) * 1000);
  for (const sign of ["input", "pointerdown", "keydown"]) {
    document.addEventListener(sign, () => {
      clearTimeout(timer);
      timer = setTimeout(leave, Number(form.dataset.ends) * 1000);
    });
  }
  addEventListener("pagehide", () => form.reset());
  addEventListener("pageshow", (event) => {
    if (event.persisted) leave();
  });
}
