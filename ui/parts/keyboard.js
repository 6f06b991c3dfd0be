// Keys on the screen: letters to find a book by its pinyin initials, digits for a card's number and a second fact.
// The fields are real ones, so a keyboard or an input method that is plugged in works too; nothing leaves before it is asked for.

const LETTERS = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
const DIGITS = ["123", "456", "789", "-0<"];
const BOUNCE = 60; // ms: a worn screen feels one finger twice
const QUIET = 160; // ms without a key before a search goes out

function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function key(label, name, press, kind = "") {
  const made = element("button", `hall-key ${kind}`, label);
  made.type = "button";
  made.setAttribute("aria-label", name);
  let at = -1e9;
  const once = (event) => {
    event.preventDefault();
    if (event.timeStamp - at < BOUNCE) return;
    at = event.timeStamp;
    press();
  };
  made.addEventListener("pointerdown", once);
  made.addEventListener("click", (event) => event.detail === 0 && press()); // Enter and Space
  return made;
}

function field(label, options) {
  const box = element("label", "hall-field");
  box.append(element("span", "", label));
  const input = Object.assign(element("input", options.secret ? "hall-secret" : ""), { type: "text", inputMode: "none", maxLength: options.most });
  for (const [name, value] of [["autocomplete", "off"], ["autocapitalize", "off"], ["spellcheck", "false"]]) input.setAttribute(name, value);
  box.append(input);
  return { box, input };
}

function letters(root, mount, words) {
  const { box, input } = field(words.search, { most: 40 });
  input.placeholder = words.hint;
  let timer = 0;
  let sent = "";
  const send = () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text !== sent && input.isConnected) mount.now.setStateValue("text", (sent = text));
  };
  const tell = () => {
    clearTimeout(timer);
    timer = setTimeout(send, QUIET);
  };
  // Before a finger presses anything else: a text sent right behind a tap would make Streamlit drop the tap.
  const flush = (event) => {
    if (!input.isConnected) window.removeEventListener("pointerdown", flush, true);
    else if (!root.contains(event.target)) send();
  };
  window.addEventListener("pointerdown", flush, { capture: true, passive: true });
  input.addEventListener("input", (event) => event.isComposing || tell());
  input.addEventListener("compositionend", tell);
  const put = (value) => {
    input.value = value.slice(0, 40);
    tell();
  };
  root.append(box);
  const board = element("div", "hall-board");
  for (const row of LETTERS) {
    const line = element("div", "hall-row");
    for (const letter of row) line.append(key(letter.toUpperCase(), letter, () => put(input.value + letter)));
    if (row === LETTERS[1]) line.append(key(words.clear, words.clear, () => put(""), "hall-wide"));
    if (row === LETTERS[2]) line.append(key("←", words.back, () => put(input.value.slice(0, -1)), "hall-wide"));
    board.append(line);
  }
  const last = element("div", "hall-row");
  for (const digit of "1234567890") last.append(key(digit, digit, () => put(input.value + digit), "hall-small"));
  board.append(last);
  root.append(board);
  input.focus({ preventScroll: true });
}

function digits(root, mount, words) {
  const number = field(words.number, { most: 8 });
  const fact = field(words.fact, { most: 4, secret: true });
  const both = [number.input, fact.input];
  let current = number.input;
  const done = key(words.done, words.done, () => finish(), "hall-done");
  const look = () => {
    both.forEach((input) => (input.value = input.value.replace(/\D/g, "")));
    done.disabled = number.input.value.length !== 8 || fact.input.value.length !== 4;
    both.forEach((input) => input.parentElement.classList.toggle("hall-current", input === current));
  };
  const go = (input) => {
    current = input;
    input.focus({ preventScroll: true });
    look();
  };
  const finish = () => {
    if (done.disabled) return;
    mount.now.setTriggerValue("typed", { number: number.input.value, fact: fact.input.value });
    both.forEach((input) => (input.value = ""));
    go(number.input);
  };
  const type = (digit) => {
    if (current === number.input && number.input.value.length === 8) current = fact.input;
    if (current.value.length < current.maxLength) current.value += digit;
    if (current === number.input && number.input.value.length === 8) current = fact.input;
    go(current);
  };
  const back = () => {
    if (current === fact.input && !fact.input.value) current = number.input;
    current.value = current.value.slice(0, -1);
    go(current);
  };
  both.forEach((input) => {
    input.addEventListener("focus", () => {
      current = input;
      look();
    });
    input.addEventListener("input", () => (number.input.value.length >= 8 && current === number.input ? go(fact.input) : look()));
    input.addEventListener("keydown", (event) => event.key === "Enter" && finish());
  });
  const fields = element("div", "hall-fields");
  fields.append(number.box, fact.box);
  const board = element("div", "hall-board hall-digits");
  for (const row of DIGITS) {
    const line = element("div", "hall-row");
    for (const sign of row) {
      if (sign === "-") line.append(key(words.clear, words.clear, () => (both.forEach((input) => (input.value = "")), go(number.input)), "hall-soft"));
      else if (sign === "<") line.append(key("←", words.back, back, "hall-soft"));
      else line.append(key(sign, sign, () => type(sign)));
    }
    board.append(line);
  }
  root.append(fields, board, done);
  if (words.given) number.input.value = words.given;
  go(words.given ? fact.input : number.input);
}

export default function (mount) {
  const root = mount.parentElement.querySelector(".hall-keyboard");
  // A new run hands over new words and a new way to Python; the keys and what was typed stay.
  if (root.mount) {
    root.mount.now = mount;
    return;
  }
  root.mount = { now: mount };
  (mount.data.kind === "digits" ? digits : letters)(root, root.mount, mount.data.words);
}
