// Who is there? After 45 s without a touch or a scan the visit ends; the last 20 s are spent under a cover that asks.
// On an untouched home it only says that nobody is there, and home turns to the display.
// The covers are children of <body>: inside a part they would lie under an open dialog, inert.

const TICK = 200;
let part = null;
let touchedAt = performance.now();
let downSince = 0;
let firedAt = 0;
let visit = null;

const state = () => document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-connection-state") ?? "CONNECTED";

function cover(kind, role) {
  const element = document.createElement("div");
  element.className = `hall-cover hall-cover-${kind}`;
  element.hidden = true;
  element.setAttribute("role", role);
  element.setAttribute("aria-modal", "true");
  document.body.appendChild(element);
  return element;
}

const covers = {};
function build() {
  covers.ask = cover("ask", "alertdialog");
  covers.ask.setAttribute("aria-labelledby", "hall-still-there");
  covers.ask.innerHTML =
    '<div class="hall-cover-card"><h2 id="hall-still-there"></h2><p></p><div class="hall-ring"><span></span></div><button type="button"></button></div>';
  covers.ask.querySelector("button").addEventListener("click", stay);
  covers.away = cover("away", "alert");
  covers.away.innerHTML = '<div class="hall-cover-card"><h2></h2><p></p></div>';
  covers.gone = cover("gone", "presentation");
}

function stay() {
  touchedAt = performance.now();
  covers.ask.hidden = true;
}

function show(left) {
  const { words } = part.data;
  const ask = covers.ask;
  const [title, text] = [ask.querySelector("h2"), ask.querySelector("p")];
  if (title.textContent !== words.still) title.textContent = words.still;
  if (text.textContent !== words.ends) text.textContent = words.ends;
  ask.querySelector("button").textContent = words.stay;
  turn(ask.querySelector(".hall-ring"), left, part.data.warn);
  if (ask.hidden) {
    ask.hidden = false;
    ask.querySelector("button").focus({ preventScroll: true });
  }
}

function turn(ring, left, whole) {
  if (!ring) return;
  ring.style.setProperty("--part", `${Math.max(0, Math.min(1, left / whole)) * 360}deg`);
  const seconds = String(Math.max(0, Math.ceil(left)));
  const number = ring.querySelector("span");
  if (number && number.textContent !== seconds) number.textContent = seconds;
}

function tick() {
  const now = performance.now();
  if (state() !== "CONNECTED") {
    downSince ||= now;
    if (now - downSince >= 1200) {
      covers.away.querySelector("h2").textContent = part.data.words.away;
      covers.away.querySelector("p").textContent = part.data.words.awayNext;
      covers.away.hidden = false;
    }
    return;
  }
  // Streamlit connects again but does not run again: the old page, with somebody's name, would stay.
  if (downSince) {
    location.reload();
    return;
  }
  if (!part.data.armed) {
    covers.ask.hidden = covers.gone.hidden = true;
    const { rest } = part.data;
    if (rest && now - touchedAt > rest * 1000 && now - firedAt > 2000) {
      firedAt = now;
      part.setTriggerValue("rest", part.data.visit);
    }
    return;
  }
  const left = part.data.idle - (now - touchedAt) / 1000;
  turn(document.querySelector(".hall-head .hall-ring"), left, part.data.idle);
  if (left <= 0) {
    covers.gone.hidden = false;
    covers.ask.hidden = true;
    if (now - firedAt > 2000) {
      firedAt = now;
      part.setTriggerValue("gone", part.data.visit);
    }
  } else if (left <= part.data.warn) show(left);
  else covers.ask.hidden = true;
}

function listen() {
  build();
  for (const kind of ["pointerdown", "touchstart", "keydown", "wheel", "hall:sight"]) {
    window.addEventListener(
      kind,
      (event) => {
        if (!covers.gone.hidden) return;
        touchedAt = performance.now();
        // A touch on the cover hides it by its own click, so that nothing under it is pressed.
        if (kind === "keydown" || kind === "hall:sight") covers.ask.hidden = true;
      },
      { capture: true, passive: true },
    );
  }
  setInterval(tick, TICK);
}

export default function (mount) {
  if (!part) {
    part = mount;
    listen();
  }
  part = mount;
  document.documentElement.lang = mount.data.lang;
  if (mount.data.visit !== visit) {
    if (!mount.data.armed) window.dispatchEvent(new CustomEvent("hall:ended"));
    visit = mount.data.visit;
    touchedAt = performance.now();
    firedAt = 0;
    covers.ask.hidden = covers.gone.hidden = true;
  }
}
