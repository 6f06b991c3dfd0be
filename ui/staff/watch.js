// Is the session behind this page still alive? A page that lost its server is covered at once: names must not stay on a tablet.
// And it turns into the keeper's language what Streamlit says by itself.

const TICK = 300;
const COVER_AFTER = 1200;
const ASK_EVERY = 1500;
const SAY_EVERY = 60000;
const PATIENCE = 15000;
let part = null;
let cover = null;
let downSince = 0;
let askedAt = 0;
let usedAt = 0;
let saidAt = performance.now();

const connected = () => {
  const state = document.querySelector("[data-testid=stApp]")?.getAttribute("data-test-connection-state");
  return state === undefined || state === null || state === "CONNECTED";
};

function build() {
  cover = document.createElement("div");
  cover.className = "hall-cover hall-cover-away";
  cover.hidden = true;
  cover.setAttribute("role", "alert");
  cover.innerHTML = '<div class="hall-cover-card"><h2></h2><p></p></div>';
  document.body.appendChild(cover);
}

function hide() {
  cover.querySelector("h2").textContent = part.data.words.away;
  cover.querySelector("p").textContent = part.data.words.awayNext;
  cover.hidden = false;
}

// The same server still knows this page, and what was typed into it stays; another one has never seen it, and Streamlit
// would connect to it without drawing anew: the old page, with somebody's name, would stay.
function back(boot) {
  if (boot !== part.data.boot || performance.now() - downSince > PATIENCE) location.reload();
  else if (connected()) {
    downSince = 0;
    cover.hidden = true;
  }
}

async function ask(method) {
  askedAt = performance.now();
  try {
    const answer = await fetch("/auth/here", { method, cache: "no-store" });
    if (answer.status === 401) location.replace("/auth/login");
    else if (answer.status === 204 && downSince) back(answer.headers.get("X-Boot"));
  } catch {
    // The house is down: the next tick asks again.
  }
}

function tick() {
  const now = performance.now();
  if (connected() && !downSince) {
    // Typing into a long form is work, though nothing is sent.
    if (usedAt > saidAt && now - saidAt > SAY_EVERY) {
      saidAt = now;
      ask("POST");
    }
    return;
  }
  downSince ||= now;
  if (now - downSince >= COVER_AFTER) hide();
  if (now - askedAt > ASK_EVERY) ask("GET");
}

// -- Streamlit's own English, in the keeper's language --------------------------------------------------------------------

const SAID = ["aria-label", "placeholder", "title"];
// What people wrote stays as they wrote it.
const THEIRS = "[data-testid=stHtml], [data-testid=stMarkdown], textarea, style, script";
let sentences = [];

// "Remove {what}" → 去掉{what}: what stands in the middle is a name and is taken along.
function learn(pairs) {
  sentences = pairs.map(([theirs, ours]) => [theirs.split("{what}"), ours]);
}

function inOurs(text) {
  for (const [[before, after], ours] of sentences) {
    if (after === undefined ? text === before : text.length > before.length && text.startsWith(before) && text.endsWith(after)) {
      return ours.replace("{what}", () => text.slice(before.length, text.length - (after ?? "").length));
    }
  }
  return null;
}

function put(node) {
  if (node.nodeType === Node.TEXT_NODE) {
    const ours = node.parentElement?.closest(THEIRS) ? null : inOurs(node.nodeValue);
    if (ours) node.nodeValue = ours;
  } else if (node.nodeType === Node.ELEMENT_NODE) {
    for (const name of SAID) {
      const ours = node.hasAttribute(name) && inOurs(node.getAttribute(name));
      if (ours) node.setAttribute(name, ours);
    }
    if (!node.matches(THEIRS)) node.childNodes.forEach(put);
  }
}

function changed(records) {
  if (!sentences.length) return;
  for (const record of records) (record.type === "childList" ? record.addedNodes : [record.target]).forEach(put);
}

function speak(pairs) {
  learn(pairs.length ? pairs : part?.data.widgets.map(([theirs, ours]) => [ours, theirs]) ?? []);
  put(document.body);
  learn(pairs);
}

export default function (mount) {
  const first = !part;
  // Another screen begins at its top; Streamlit keeps the place of the one before.
  if (!first && mount.data.screen !== part.data.screen) document.querySelector("[data-testid=stMain]")?.scrollTo(0, 0);
  if (first || mount.data.lang !== part.data.lang) speak(mount.data.widgets);
  part = mount;
  document.documentElement.lang = mount.data.lang;
  if (!first) return;
  build();
  for (const kind of ["pointerdown", "keydown"]) {
    window.addEventListener(kind, () => (usedAt = performance.now()), { capture: true, passive: true });
  }
  const seen = { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: SAID };
  new MutationObserver(changed).observe(document.body, seen);
  setInterval(tick, TICK);
}
