// The clock ticks here, without asking anybody; and all the time one tiny question: has anything changed?

// A notice of closing is on an idle kiosk within a second; a question costs the server about a millisecond.
const ASK_EVERY = 750;
const wall = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", hour: "numeric", minute: "2-digit", hourCycle: "h23" });
// What the idle display shows, ten seconds each.
const FACES = ["now", "now", "week", "coming"];
let part = null;
let mark = null;
let turned = 0;
let changed = false;
let touchedAt = -1e9;
let asking = false;

// Streamlit drops a tap when something else asks for a run right behind it: news wait until the finger is gone.
const handsOff = () => performance.now() - touchedAt > 1500;

function tick() {
  const face = document.querySelector(".hall-clock");
  const time = wall.format(new Date()).replace(/^0(?=\d)/, "");
  if (face && face.textContent !== time) face.textContent = time;
  for (const needle of document.querySelectorAll(".hall-now[data-from]")) {
    const { from, to } = needle.dataset;
    needle.style.left = `${(100 * (Date.now() - from)) / (to - from)}%`;
  }
  const faces = document.querySelector(".hall-faces");
  const seen = FACES[Math.floor(Date.now() / 10_000) % FACES.length];
  if (faces && faces.dataset.face !== seen) faces.dataset.face = seen;
  // Open turns to closed, and today to tomorrow, at a moment that Python has named.
  const { turns } = part.data;
  if (turns && Date.now() >= turns && turned !== turns) {
    turned = turns;
    changed = true;
  }
  if (changed && handsOff()) {
    changed = false;
    part.setTriggerValue("changed", Date.now());
  }
}

// What can be scrolled can be reached with a keyboard too.
function reach() {
  for (const region of document.querySelectorAll('.st-key-finds, [class*="st-key-body-"], .st-key-body-home > :nth-child(2)')) {
    if (region.scrollHeight > region.clientHeight + 1) region.tabIndex = 0;
    else region.removeAttribute("tabindex");
  }
}

async function look() {
  if (!part.data.watch || asking) return;
  asking = true;
  try {
    const answer = await fetch("/hall/changed", { cache: "no-store" });
    if (!answer.ok) return;
    const now = (await answer.json()).mark;
    if (mark !== null && now !== mark) changed = true;
    mark = now;
  } catch {
    // The server is away: the cover says so.
  } finally {
    asking = false;
  }
  if (changed) tick();
}

export default function (mount) {
  const first = !part;
  part = mount;
  if (first) {
    window.addEventListener("pointerdown", () => (touchedAt = performance.now()), { capture: true, passive: true });
    setInterval(tick, 500);
    setInterval(reach, 200);
    setInterval(look, ASK_EVERY);
    look();
  }
  tick();
}
