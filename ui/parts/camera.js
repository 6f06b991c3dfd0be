// The camera as a second scanner: small frames go to a route of our own, which reads the code and forgets the picture.
// Where the browser gives no camera (a tablet without https), a photo taken by hand goes the same way.

const WIDTH = 640;
const PHOTO_WIDTH = 1280;
const EVERY = 140; // ms: 7 frames a second, under the route's limit
let part = null;
let video = null;
let busy = false;

const canvas = document.createElement("canvas");

function draw(source, width, height, most) {
  const scale = Math.min(1, most / width);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7));
}

async function read(blob) {
  const answer = await fetch("/hall/camera", { method: "POST", body: blob, headers: { "Content-Type": "image/jpeg" } });
  if (!answer.ok) return;
  const { code } = await answer.json();
  if (code) window.dispatchEvent(new CustomEvent("hall:sight", { detail: code }));
}

async function look() {
  if (busy || !video || video.readyState < 2 || document.hidden) return;
  busy = true;
  try {
    await read(await draw(video, video.videoWidth, video.videoHeight, WIDTH));
  } catch {
    // The server is away: the cover says so.
  } finally {
    busy = false;
  }
}

async function start() {
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: WIDTH }, facingMode: "environment" } });
    video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true });
    await video.play();
    setInterval(look, EVERY);
    document.documentElement.dataset.camera = "on";
  } catch {
    document.documentElement.dataset.camera = "off";
  }
  offer();
}

async function photo(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  const picture = await createImageBitmap(file);
  await read(await draw(picture, picture.width, picture.height, PHOTO_WIDTH));
}

// One button, shown only where it does something: the camera has to be allowed, or a photo taken.
function offer() {
  const box = part.parentElement.querySelector(".hall-camera");
  if (!box) return;
  const mode = document.documentElement.dataset.camera;
  box.replaceChildren();
  if (mode === "ask") {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: part.data.words.camera });
    button.addEventListener("click", start);
    box.append(button);
  } else if (mode === "photo") {
    const label = Object.assign(document.createElement("label"), { textContent: part.data.words.photo });
    const input = Object.assign(document.createElement("input"), { type: "file", accept: "image/*" });
    input.setAttribute("capture", "environment");
    input.addEventListener("change", photo);
    label.append(input);
    box.append(label);
  }
}

async function begin() {
  const media = navigator.mediaDevices;
  if (!media) {
    document.documentElement.dataset.camera = matchMedia("(pointer: coarse)").matches ? "photo" : "off";
  } else {
    const has = (await media.enumerateDevices()).some(({ kind }) => kind === "videoinput");
    const allowed = has && (await navigator.permissions.query({ name: "camera" })).state;
    if (allowed === "granted") return start();
    document.documentElement.dataset.camera = allowed === "prompt" ? "ask" : "off";
  }
  return offer();
}

export default function (mount) {
  const first = !part;
  part = mount;
  if (first) begin();
  else offer();
}
