// One button that copies a text, also where the browser gives no clipboard (a tablet without https).

function byHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.style.position = "fixed";
  field.style.opacity = "0";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return byHand(text);
  }
}

export default function (mount) {
  const button = mount.parentElement.querySelector(".hall-copy");
  const { text, words } = mount.data;
  button.textContent = words.copy;
  button.onclick = async () => {
    if (await copy(text)) button.textContent = `✓ ${words.copied}`;
    setTimeout(() => (button.textContent = words.copy), 2500);
  };
}
