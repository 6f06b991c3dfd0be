// Does somebody call? One tiny question a second; the banner is a child of <body>, so that it lies over dialogs too,
// and nothing the keeper has half typed is drawn anew.

const ASK_EVERY = 1000;
const known = new Set();
let part = null;
let banner = null;
let asking = false;
let sound = null;

function build() {
  banner = document.createElement("div");
  banner.className = "desk-calls";
  banner.hidden = true;
  banner.setAttribute("role", "alert");
  document.body.appendChild(banner);
  // A browser lets a page sound only after a touch.
  const wake = () => (sound ??= new AudioContext());
  for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, wake, { capture: true, passive: true, once: true });
}

// Two soft tones, like a door bell.
function ring() {
  if (!sound) return;
  [660, 520].forEach((pitch, turn) => {
    const [tone, volume] = [sound.createOscillator(), sound.createGain()];
    const start = sound.currentTime + turn * 0.28;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(volume).connect(sound.destination);
    tone.start(start);
    tone.stop(start + 0.5);
  });
}

function line(call) {
  const { words } = part.data;
  const row = document.createElement("div");
  row.className = call.taken ? "desk-call desk-call-taken" : "desk-call";
  row.dataset.call = call.id;
  const text = document.createElement("div");
  text.append(Object.assign(document.createElement("b"), { textContent: call.taken || words.title }));
  text.append(Object.assign(document.createElement("small"), { textContent: call.text }));
  row.append(text);
  if (!call.taken) {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: words.come });
    button.addEventListener("click", () => come(call.id, button));
    row.append(button);
  }
  return row;
}

function show(calls) {
  const mark = JSON.stringify([part.data.lang, calls]);
  if (banner.dataset.mark === mark) return;
  banner.dataset.mark = mark;
  banner.replaceChildren(...calls.map(line));
  banner.hidden = calls.length === 0;
  const fresh = calls.filter((call) => !call.taken && !known.has(call.id));
  for (const call of calls) known.add(call.id);
  if (fresh.length) ring();
}

async function ask(address, options) {
  const answer = await fetch(`${address}?lang=${part.data.lang}`, { cache: "no-store", ...options });
  if (answer.ok) show((await answer.json()).calls);
  return answer.ok;
}

async function look() {
  if (asking) return;
  asking = true;
  try {
    await ask("/desk/calls/now");
  } catch {
    // The server is away: the cover says so.
  } finally {
    asking = false;
  }
}

async function come(id, button) {
  button.disabled = true;
  try {
    if (await ask(`/desk/calls/${id}`, { method: "POST" })) return;
  } catch {
    // Said below.
  }
  button.disabled = false;
  button.textContent = part.data.words.failed;
}

export default function (mount) {
  const first = !part;
  part = mount;
  if (!first) return;
  build();
  setInterval(look, ASK_EVERY);
  look();
}
