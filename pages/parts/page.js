/* What the page does in the browser beside Streamlit: little, and nothing of it counts or knows a figure. */
"use strict";

/* --- Text stays whole. A translator, or a marker of words, puts its own elements in the place of text; React would go
   on writing into the text that it knows, out of sight, and old words would stand beside new figures. */

const isOurs = (node) => Object.keys(node).some((name) => name.startsWith("__reactFiber$"));

const isStrange = (node) => node instanceof Element && !(node instanceof SVGElement) && node.textContent && !isOurs(node);

const putBack = (records) => {
  for (const { target, removedNodes, addedNodes, previousSibling, nextSibling } of records) {
    for (const text of removedNodes) {
      if (text.nodeType !== Node.TEXT_NODE || !isOurs(text)) continue;
      const instead = [...addedNodes].filter((node) => node.parentNode === target && !isOurs(node));
      const beside = [previousSibling, nextSibling].filter((node) => node?.parentNode === target && isStrange(node));
      const [first, ...others] = instead.some(isStrange) ? instead : beside.slice(0, 1);
      first?.replaceWith(text);
      others.forEach((node) => node.remove());
    }
  }
};

new MutationObserver(putBack).observe(document.documentElement, { childList: true, subtree: true });

/* --- What has just been loaded is shown while the page still runs. Streamlit changes the picture of its sign that a page
   runs five times a second, and each time React begins anew with what it was about to show and waits longer than that:
   on a busy machine widgets would stay grey until the last odds are there. So the picture stands. */

const PICTURE = 200; // milliseconds from one picture to the next
const MINUTE = 60_000; // a page seldom runs as long
const every = window.setInterval;
window.setInterval = (act, pause, ...others) => every(act, pause === PICTURE ? MINUTE : pause, ...others);

/* --- What a run of the page sends comes in one frame (core/serve/bursts.py) and is taken in at once: React then draws it
   once, where it would draw some four times while the parts come in. A server of an older version sends single messages. */

function messagesOf(frame) {
  if (!(frame instanceof ArrayBuffer)) return [frame];
  const lengths = new DataView(frame);
  const messages = [];
  let at = 0;
  while (at + 4 <= frame.byteLength) {
    const first = at + 4;
    at = first + lengths.getUint32(at);
    messages.push(frame.slice(first, at));
  }
  return at === frame.byteLength ? messages : [frame];
}

window.WebSocket = class extends WebSocket {
  constructor(address, protocols) {
    super(`${address}${`${address}`.includes("?") ? "&" : "?"}together`, protocols);
  }

  addEventListener(kind, hear, ...others) {
    const frames = [];
    const hearNext = () => {
      setTimeout(() => { // React has drawn it by then
        restSoon();
        frames.shift();
        if (frames.length) hearNext();
      }, 1);
      for (const data of messagesOf(frames[0])) hear(new MessageEvent("message", { data }));
    };
    const hearAll = ({ data }) => { if (frames.push(data) === 1) hearNext(); };
    super.addEventListener(kind, kind === "message" ? hearAll : hear, ...others);
  }
};

/* --- The browser's history has an entry for each thing that the visitor does. Of one change of page Streamlit writes the
   address up to four times: of the page that is left, of the other one, and what each of them has to say. The first makes
   an entry, the others complete it; else Back would lead to the same page once more. */

const push = history.pushState.bind(history);
let hasActed = false;

for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { hasActed = true; }, { capture: true });
addEventListener("popstate", () => { hasActed = false; }, { capture: true });

history.pushState = (...entry) => {
  if (hasActed) push(...entry);
  else history.replaceState(...entry);
  hasActed = false;
};

/* --- A finger on a slider scrolls when it goes up or down; it moves the lever when it goes along the track. */

const SLIDER = "[data-testid=stSlider] [role=group] > [data-rac]";
const FIRM = 8; // pixels after which a finger has a direction
let waiting = null;

const isOnSlider = (event) => event.isTrusted && Boolean(event.target.closest?.(SLIDER));

addEventListener("touchstart", (event) => isOnSlider(event) && event.stopPropagation(), { capture: true, passive: true });

addEventListener("pointerdown", (event) => {
  waiting = event.pointerType === "touch" && isOnSlider(event) ? event : null;
  waiting?.stopPropagation();
}, { capture: true });

addEventListener("pointermove", (event) => {
  if (event.pointerId !== waiting?.pointerId) return;
  const along = Math.abs(event.clientX - waiting.clientX);
  if (along < FIRM || along < Math.abs(event.clientY - waiting.clientY)) return;
  const { target, pointerId, pointerType, isPrimary, clientX, clientY } = waiting;
  waiting = null;
  target.dispatchEvent(new PointerEvent("pointerdown", {
    pointerId, pointerType, isPrimary, clientX, clientY, button: 0, buttons: 1, bubbles: true, cancelable: true,
  }));
}, { capture: true });

for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => { waiting = null; }, { capture: true });

/* --- A link to a page waits for what was typed just before. Streamlit sends what a field holds after the click that
   left it, and for the page that was left, which would call the visitor back. */

const PAGE_LINK = "a:is([data-testid=stTopNavLink], [data-testid=stSidebarNavLink], [data-testid=stPageLink-NavLink])";
const SOON = 500; // milliseconds from leaving a field to a click that may be the one that left it
const SENT = 60; // milliseconds after which what it holds is on its way
let leftAt = -Infinity;

addEventListener("focusout", (event) => {
  if (event.target.matches?.("input, textarea")) leftAt = performance.now();
}, { capture: true });

addEventListener("click", (event) => {
  const link = event.isTrusted && event.target.closest?.(PAGE_LINK);
  const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!link || !isPlain || performance.now() - leftAt > SOON) return;
  event.preventDefault();
  event.stopPropagation();
  setTimeout(() => link.click(), SENT);
}, { capture: true });

/* --- A link is copied as soon as it is made. Without https a browser lets a page copy only what it has marked. */

const COPIED = "[class*=st-key-copied_]:not([data-copied])";

const putOnClipboard = async (text, place) => {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement("textarea");
    field.value = text;
    place.append(field);
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    return isCopied;
  }
};

const copyWhatIsNew = async () => {
  const place = document.querySelector(COPIED);
  const text = place?.querySelector("code")?.textContent;
  if (!text) return;
  place.dataset.copied = "at work";
  place.dataset.copied = (await putOnClipboard(text, place)) ? "yes" : "no";
  if (place.dataset.copied === "yes") said.textContent = "The link is copied";
};

/* --- When a page has come to rest: what changed is said once to those who do not see it, and charts are stops. */

const said = document.createElement("div");
said.className = "said";
said.setAttribute("role", "status");
let lastTitle = null;
const SETTLED = 300; // milliseconds after a run in which what it sent is drawn

const settle = () => {
  const app = document.querySelector("[data-testid=stApp]");
  watchGround(app);
  const title = app?.querySelector("[data-testid=stMain] h1")?.textContent;
  if (!title || app.dataset.testScriptState !== "notRunning") return;
  if (!said.isConnected) document.body.append(said);
  if (lastTitle !== null && title !== lastTitle) said.textContent = title;
  lastTitle = title;
  for (const chart of app.querySelectorAll("[data-testid=stVegaLiteChart]")) {
    chart.tabIndex = 0;
    chart.setAttribute("role", "figure");
    chart.setAttribute("aria-label", chart.querySelector("svg[aria-label]")?.getAttribute("aria-label") ?? "Chart");
  }
};

/* --- Another theme, chosen in the menu or by the system: charts have colours of their own, which the server sends. */

let ground = null;

const drawAnew = (app) => {
  const now = getComputedStyle(app).colorScheme;
  if (ground !== null && now !== ground) document.querySelector(".st-key-draw_anew button")?.click();
  ground = now;
};

let watched = null;

const watchGround = (app) => {
  if (!app || app === watched) return;
  watched = app;
  new MutationObserver(() => drawAnew(app)).observe(app, { attributes: true, attributeFilter: ["class"] });
  drawAnew(app);
};

const atRest = () => {
  settle();
  copyWhatIsNew();
};

let due;

/* A run that comes in one frame is over as soon as it is heard of: nothing else may tell that there was one. */
const restSoon = () => {
  clearTimeout(due);
  due = setTimeout(atRest, SETTLED);
};

new MutationObserver(restSoon).observe(document, {
  attributes: true, attributeFilter: ["data-test-script-state"], subtree: true,
});
