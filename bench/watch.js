// Looks at the kiosk's page from outside its code: when Enter came, when something was sent, when the script ran, when a receipt stood there.
(() => {
  const bench = (window.bench = { enters: [], sends: [], rests: [], wanted: null, seen: null, slowest: 0 });
  const app = () => document.querySelector("[data-testid=stApp]");
  bench.running = () => app()?.getAttribute("data-test-script-state") === "running";

  // A busy machine types slower than any scanner; then it was no scan.
  let before = Infinity;
  window.addEventListener("keydown", (event) => {
    bench.slowest = Math.max(bench.slowest, event.timeStamp - before);
    before = event.key === "Enter" ? Infinity : event.timeStamp;
    if (event.key === "Enter") bench.enters.push({ at: event.timeStamp, running: bench.running() });
  }, true);

  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...what) {
    bench.sends.push(performance.now());
    return send.apply(this, what);
  };

  // Wait for a word and a number that stand on the screen together.
  bench.want = (word, number) => {
    bench.wanted = { word, number };
    bench.seen = null;
  };

  const stands = (text) => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (node) =>
      node.data.includes(text) ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) if (node.parentElement.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) return true;
    return false;
  };

  const look = () => {
    if (!bench.wanted || !stands(bench.wanted.number) || !stands(bench.wanted.word)) return;
    bench.wanted = null;
    const inPage = performance.now();
    // The frame callback comes before the picture is drawn, a message after it.
    requestAnimationFrame(() => {
      const after = new MessageChannel();
      after.port1.onmessage = () => (bench.seen = { inPage, drawn: performance.now() });
      after.port2.postMessage(0);
    });
  };

  new MutationObserver((changes) => {
    for (const { attributeName, oldValue } of changes)
      if (attributeName === "data-test-script-state" && oldValue === "running" && !bench.running()) bench.rests.push(performance.now());
    look();
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true, attributeOldValue: true });
  // What appears without a change of the tree, at the end of an animation.
  const each = () => (look(), requestAnimationFrame(each));
  requestAnimationFrame(each);
})();
