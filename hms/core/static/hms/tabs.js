// On a narrow screen a row of tabs scrolls; the tab one is on is brought into it, without moving the page.

for (const tabs of document.querySelectorAll(".hms-tabs")) {
  const current = tabs.querySelector("[aria-current]");
  if (!current) continue;
  const place = current.getBoundingClientRect();
  const room = tabs.getBoundingClientRect();
  tabs.scrollBy(place.left + place.width / 2 - (room.left + room.width / 2), 0);
}
