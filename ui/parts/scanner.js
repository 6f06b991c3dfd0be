// The scanner types like a keyboard: every key of the page's life passes here, whatever has the focus.
// A burst of keys that ends with Enter or Tab is a scan. Scans wait in a queue until Python has said that it has them.
// This module is loaded once per page, so its variables live as long as the page does.

const GAP = 250; // ms between two keys of one scan; slow tablets stretch it
const HAND = 60; // ms between two keys when a hand cannot be so fast: needed only while a field has the focus
const SAME = 2000; // the same code within this time of its last sight is the same scan
const LONGEST = 200; // longer text is no code; it is cut, and Python refuses it
const RESEND = 1500;
const GIVE_UP = 10000;
// Streamlit drops a tap when something else asks for a run right behind it: what can wait waits until the finger is gone.
const HANDS_OFF = 1500;

const boot = crypto.randomUUID ? crypto.randomUUID() : URL.createObjectURL(new Blob()).slice(-36);
const sights = new Map(); // code → when it was last seen
let queue = [];
let last = 0; // number of the newest scan of this page
let sends = 0;
let sentAt = 0;
let sentCodes = false; // whether the state that Python has still holds codes
let touchedAt = -1e9;
let part = null; // the newest mount: words and the way to Python
let burst = { text: "", began: 0, at: -1e9, keys: 0, field: null, before: "" };

const connected = () =>
  (document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-connection-state") ?? "CONNECTED") === "CONNECTED";

function send() {
  sentAt = performance.now();
  sentCodes = queue.length > 0;
  part.setStateValue("scans", { boot, k: ++sends, queue: queue.map(({ n, code }) => ({ n, code })) });
}

function sight(code) {
  const now = performance.now();
  const before = sights.get(code);
  if (!connected()) {
    say(part.data.words.offline);
    return;
  }
  sights.set(code, now);
  if (before !== undefined && now - before < SAME) return;
  queue.push({ n: ++last, code, at: now });
  send();
}

let note = null;
let noteTimer = 0;
function say(words) {
  // A child of <body>: inside a part it would lie under an open dialog.
  note ??= document.body.appendChild(Object.assign(document.createElement("div"), { className: "hall-note" }));
  note.setAttribute("role", "status");
  note.textContent = words;
  note.hidden = !words;
  clearTimeout(noteTimer);
  if (words) noteTimer = setTimeout(() => say(""), 5000);
}

// A Chinese input method swallows the key and leaves only where it sits on the board.
function signOf(event) {
  if ([...event.key].length === 1) return event.key;
  if (event.key !== "Process" && event.key !== "Unidentified" && event.keyCode !== 229) return "";
  const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(event.code);
  if (place) return place[1];
  return event.code === "Minus" || event.code === "NumpadSubtract" ? "-" : "";
}

const isField = (element) => element && (element.tagName === "INPUT" || element.tagName === "TEXTAREA" || element.isContentEditable);

function forget() {
  burst = { text: "", began: 0, at: -1e9, keys: 0, field: null, before: "" };
}

function onKey(event) {
  if (!part || event.ctrlKey || event.altKey || event.metaKey) return;
  // The moment of the key, not of this handler: a busy page may call it late.
  const at = event.timeStamp;
  if (event.code === "Enter" || event.code === "NumpadEnter" || event.key === "Enter" || event.key === "Tab") {
    const { text, field, before, began, keys } = burst;
    const inTime = at - burst.at <= GAP;
    const byHand = field && (keys < 4 || (at - began) / keys > HAND);
    forget();
    if (text && inTime && !byHand) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (field) giveBack(field, before);
      else document.activeElement?.blur(); // keys draw a ring around whatever a finger touched last
      sight(text);
    }
    return;
  }
  const sign = signOf(event);
  if (!sign) return;
  if (at - burst.at > GAP) {
    forget();
    const focus = document.activeElement;
    burst.began = at;
    if (isField(focus)) Object.assign(burst, { field: focus, before: focus.value ?? "" });
  }
  burst.at = at;
  burst.keys += 1;
  if (burst.text.length < LONGEST) burst.text += sign;
  if (!burst.field) event.preventDefault();
}

// A code that ran into a field is taken out of it again.
function giveBack(field, before) {
  if (!("value" in field)) return;
  field.value = before;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function listen() {
  window.addEventListener("keydown", onKey, true);
  // A space within a code would press the button that has the focus, on its way up.
  window.addEventListener("keyup", (event) => event.key === " " && burst.text && event.preventDefault(), true);
  window.addEventListener("pointerdown", () => (touchedAt = performance.now()), { capture: true, passive: true });
  window.addEventListener("hall:sight", (event) => part && sight(event.detail));
  window.addEventListener("hall:ended", () => sights.clear());
  setInterval(() => {
    const now = performance.now();
    for (const [code, seen] of sights) if (now - seen > SAME) sights.delete(code);
    if (!part) return;
    if (queue.some(({ at }) => now - at > GIVE_UP)) {
      queue = queue.filter(({ at }) => now - at <= GIVE_UP);
      say(part.data.words.lost);
    }
    if (queue.length && connected() && now - sentAt > RESEND) send();
    // Nothing of a card stays in the part's state once Python has it.
    if (!queue.length && sentCodes && connected() && now - sentAt > 300 && now - touchedAt > HANDS_OFF) send();
  }, 200);
}

export default function (mount) {
  if (!part) listen();
  part = mount;
  if (mount.data.boot === boot) queue = queue.filter(({ n }) => n > mount.data.ack);
  document.documentElement.dataset.scanner = "ready";
}
