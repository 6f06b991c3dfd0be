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

// A card's number and its second fact: eight digits fill the first field, four the second, and nothing leaves before 确定.
class Digits {
  constructor(root, mount, words) {
    this.mount = mount;
    this.number = field(words.number, { most: 8 }).input;
    // A ticket has a number and no second fact.
    this.fact = words.fact ? field(words.fact, { most: 4, secret: true }).input : null;
    this.fields = [this.number, this.fact].filter(Boolean);
    this.done = key(words.done, words.done, () => this.finish(), "hall-done");
    const places = element("div", "hall-fields");
    for (const input of this.fields) {
      places.append(input.parentElement);
      this.follow(input);
    }
    root.append(places, this.board(words), this.done);
    this.number.value = words.given ?? "";
    this.go(words.given && this.fact ? this.fact : this.number);
  }

  // A keyboard that is plugged in types into the fields themselves.
  follow(input) {
    input.addEventListener("focus", () => {
      this.current = input;
      this.look();
    });
    input.addEventListener("input", () => (this.fact && this.full(this.number) && this.current === this.number ? this.go(this.fact) : this.look()));
    input.addEventListener("keydown", (event) => event.key === "Enter" && this.finish());
  }

  board(words) {
    const board = element("div", "hall-board hall-digits");
    for (const row of DIGITS) {
      const line = element("div", "hall-row");
      for (const sign of row) {
        if (sign === "-") line.append(key(words.clear, words.clear, () => this.clear(), "hall-soft"));
        else if (sign === "<") line.append(key("←", words.back, () => this.back(), "hall-soft"));
        else line.append(key(sign, sign, () => this.type(sign)));
      }
      board.append(line);
    }
    return board;
  }

  full(input) {
    return input.value.length >= input.maxLength;
  }

  look() {
    for (const input of this.fields) {
      input.value = input.value.replace(/\D/g, "");
      input.parentElement.classList.toggle("hall-current", input === this.current);
    }
    this.done.disabled = !this.fields.every(this.full);
  }

  go(input) {
    this.current = input;
    input.focus({ preventScroll: true });
    this.look();
  }

  type(digit) {
    const next = () => this.fact && this.current === this.number && this.full(this.number);
    if (next()) this.current = this.fact;
    if (!this.full(this.current)) this.current.value += digit;
    this.go(next() ? this.fact : this.current);
  }

  back() {
    if (this.current === this.fact && !this.current.value) this.current = this.number;
    this.current.value = this.current.value.slice(0, -1);
    this.go(this.current);
  }

  clear() {
    for (const input of this.fields) input.value = "";
    this.go(this.number);
  }

  finish() {
    if (this.done.disabled) return;
    this.mount.now.setTriggerValue("typed", { number: this.number.value, fact: this.fact?.value ?? "" });
    this.clear();
  }
}

export default function (mount) {
  const root = mount.parentElement.querySelector(".hall-keyboard");
  // A new run hands over new words and a new way to Python; the keys and what was typed stay.
  if (root.mount) {
    root.mount.now = mount;
    return;
  }
  root.mount = { now: mount };
  if (mount.data.kind === "digits") new Digits(root, root.mount, mount.data.words);
  else letters(root, root.mount, mount.data.words);
}
