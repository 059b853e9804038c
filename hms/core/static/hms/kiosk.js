// A page at which one stranger follows another: after data-ends seconds without a touch it goes back to data-start, and
// with it whatever was typed or shown. A page that the back button brings again is the start, too.

const place = document.querySelector("[data-ends]");

if (place) {
  const leave = () => location.replace(place.dataset.start);
  const wait = () => setTimeout(leave, Number(place.dataset.ends) * 1000);
  let timer = wait();
  for (const sign of ["input", "pointerdown", "keydown"]) {
    document.addEventListener(sign, () => {
      clearTimeout(timer);
      timer = wait();
    });
  }
  addEventListener("pagehide", () => place.reset?.());
  addEventListener("pageshow", (event) => {
    if (event.persisted) leave();
  });
}
