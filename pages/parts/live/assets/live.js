// Draws the figures of a page as its script hands them over, and redraws those in view when a lever is moved, while a
// slider is dragged, too: what it says goes to the server, which answers with the same that the script will say.

import { Figure, Line, Strip } from "./figure.js";

const LEVER = /(?:^|\s)st-key-((?:slider|number)_\S+)_[0-9a-f]{8}_\d+(?:\s|$)/;
const BUTTON = /(?:^|\s)st-key-(undo|redo|reset_\S+)(?:\s|$)/;
const KINDS = { figure: Figure, line: Line, strip: Strip };
const MAIN = '[data-testid="stMain"]';
const PATIENCE_MS = 8000;

const drawn = new Map(); // what stands on the page: the figure of each place
const inView = new Set();
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) inView.delete(target);
    else {
      inView.add(target);
      if (live.behind.has(target.dataset.figure)) live.ask();
    }
  }
}, { rootMargin: "64px" });

/** Read what the server says; no line ends between a minus and its dollars, nor does one that the script writes. */
const read = (json) => JSON.parse(json.replaceAll("\\u2212$", "\\u2212\\u2060$"));

// --- What the script hands over

export default function ({ data, parentElement, setTriggerValue }) {
  const said = read(new TextDecoder().decode(data));
  if (said.kind === "page") {
    live.page = said;
    live.asked = {};
    live.moved.clear();
    if (!live.held) live.arrive();
    return () => { if (live.page === said) live.page = undefined; };
  }
  let place = drawn.get(parentElement);
  if (!place) {
    place = { figure: new KINDS[said.kind](parentElement, said) };
    drawn.set(parentElement, place);
    seen.observe(place.figure.element);
  }
  place.said = said;
  place.figure.onPick = (mark) => setTriggerValue("picked", mark);
  if (live.held) place.isLate = true; // of a move before this one
  else settle(place);
  return () => {
    seen.unobserve(place.figure.element);
    inView.delete(place.figure.element);
    place.figure.close();
    drawn.delete(parentElement);
  };
}

/** Show what the script said last; until it does, a figure that follows keeps the room that it had. */
function settle(place) {
  if (place.figure.element.style.minHeight) place.figure.element.style.minHeight = "";
  place.figure.hold(false);
  place.figure.draw(place.said);
  wait(place.figure.element, false);
}

/** Show of what cannot follow that it is of before the move. */
function wait(element, isWaiting) {
  if (!isWaiting) element.removeAttribute("aria-busy");
  else if (!element.hasAttribute("aria-busy")) element.setAttribute("aria-busy", "true");
}

/** Show so of the badges, which the script alone draws; what was one may hold something else by now. */
function holdBadges(isWaiting) {
  const box = '[data-testid="stElementContainer"]';
  if (isWaiting) for (const badge of document.querySelectorAll(`${MAIN} .stMarkdownBadge`)) wait(badge.closest(box), true);
  else for (const one of document.querySelectorAll(`${box}[aria-busy]`)) wait(one, false);
}

// --- What is asked while a slider is dragged

const live = {
  page: undefined,
  held: undefined, // the slider that is dragged, by name
  heldFrom: undefined, // what it said when the pointer took it
  asked: {}, // what a button has put in the place of what the page asks
  moved: new Map(), // what levers say that the page does not know of yet
  behind: new Set(), // figures that have not followed yet
  moves: 0, // so far
  isAsking: false,
  isWanted: false,

  move(name, value) {
    if (!this.page || this.moved.get(name) === value) return;
    this.moved.delete(name); // so that it stands last
    this.moved.set(name, value);
    this.follows();
  },

  /** Go where a button leads: once, for where it leads then only the page knows. */
  lead(name) {
    const asked = this.page?.leads[name];
    if (!asked) return false;
    this.page.leads = {};
    this.asked = asked;
    this.moved.clear();
    this.follows();
    return true;
  },

  follows() {
    this.moves += 1;
    if (!this.held) this.expect();
    this.behind = new Set([...drawn.values()].map(({ figure }) => figure.element.dataset.figure));
    this.ask();
  },

  /** One question is under way at a time, of the newest values; what the last one said is drawn while the server works. */
  async ask() {
    this.isWanted = true;
    if (this.isAsking || !this.page || !(this.moved.size || this.asked.levers)) return;
    this.isAsking = true;
    try {
      let answer;
      do {
        this.isWanted = false;
        const next = this.answered(this.page);
        if (answer) this.follow(answer);
        answer = await next;
      } while (this.isWanted && this.page);
      this.follow(answer);
    } catch {
      this.giveUp();
    } finally {
      this.isAsking = false;
    }
  },

  async answered(page) {
    const { moves } = this;
    const specs = {};
    const before = new Map([...drawn.values()].map((place) => [place, place.said]));
    for (const { figure } of drawn.values()) {
      if (inView.has(figure.element))
        specs[figure.element.dataset.figure] = (figure.charts ?? []).map(({ chart }) => chart.spec_name ?? "");
    }
    const answer = await fetch("/live", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...page.asks, ...this.asked, moved: [...this.moved], figures: specs }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    return { page, moves, specs, before, said: read(await answer.text()) };
  },

  /** Draw what an answer said; all sizes are read before anything is written, or the page would be laid out for each. */
  follow({ page, moves, specs, before, said }) {
    if (this.page?.asks.page !== page.asks.page) return;
    if (!this.held && this.page !== page) return; // the script has said it by now
    if (!this.held && this.moves !== moves) return; // and may have said more than this, which is of a move before
    const places = [...drawn.values()].filter((place) => this.held || before.get(place) === place.said);
    const heights = places.map(({ figure: { element } }) => element.style.minHeight || `${element.offsetHeight}px`);
    retitle(said.title);
    holdBadges(true);
    places.forEach((place, at) => {
      const { figure } = place;
      const name = figure.element.dataset.figure;
      const one = said.figures[name];
      if (name in specs) wait(figure.element, !one);
      if (!one) return;
      if (!figure.element.style.minHeight) figure.element.style.minHeight = heights[at];
      figure.hold(Boolean(this.held));
      figure.draw({ ...one, vega: place.said.vega });
      place.isLate = false;
      this.behind.delete(name);
    });
  },

  /** Show again what the script said last: the page goes on as if nothing were live. */
  giveUp() {
    this.isWanted = false;
    this.asked = {};
    this.moved.clear();
    this.behind.clear();
    retitle();
    for (const place of drawn.values()) settle(place);
    this.arrive();
  },

  /** Go back to what the script said last where it never hears of the move, as when the connection was lost. */
  expect() {
    clearTimeout(this.due);
    this.due = setTimeout(() => {
      if (this.held || !(this.moved.size || this.asked.levers)) return;
      if (document.querySelector(".stApp")?.dataset.testScriptState === "running") this.expect();
      else this.giveUp();
    }, PATIENCE_MS);
  },

  /** What stands on the page is of one scenario again. */
  arrive() {
    holdBadges(false);
    for (const { figure } of drawn.values()) wait(figure.element, false);
    const title = document.querySelector(`${MAIN} h1`);
    if (!title) return;
    title.style.minHeight = "";
    delete title.dataset.live; // what it says now is what it said before the next move
    delete title.dataset.before;
    wait(title, false);
  },

  release() {
    if (!this.held) return;
    mark();
    const isBack = this.heldFrom !== undefined && this.moved.get(this.held) === this.heldFrom;
    this.held = undefined;
    this.expect();
    if (isBack && this.moved.size === 1 && !this.asked.levers) { // for the page nothing has happened
      this.giveUp();
      return;
    }
    for (const place of drawn.values()) {
      place.figure.hold(false);
      if (place.isLate) settle(place);
      place.isLate = false;
    }
  },
};

/** Write the finding into the title that the page drew; without one, what stood there before. */
function retitle(text) {
  const title = document.querySelector(`${MAIN} h1`);
  const node = title && document.createTreeWalker(title, NodeFilter.SHOW_TEXT).nextNode();
  if (!node || node.data !== title.textContent) return;
  wait(title, text === null);
  if (text === null) return;
  if (text !== undefined && !title.style.minHeight) title.style.minHeight = `${title.offsetHeight}px`; // as figures do
  if (text === undefined) {
    if (title.dataset.before !== undefined && node.data === title.dataset.live) node.data = title.dataset.before;
    delete title.dataset.before;
    return;
  }
  if (title.dataset.live !== node.data) title.dataset.before = node.data;
  title.dataset.live = text;
  if (node.data !== text) node.data = text;
}

// --- The levers, whose widgets are Streamlit's own

function leverOf(target, kind) {
  const box = target.closest?.(`[class*="st-key-${kind}_"]`);
  const input = box?.querySelector("input");
  const name = input && LEVER.exec(box.className)?.[1];
  return name && { input, name };
}

const sliderOf = (target) => leverOf(target, "slider");

function grasp(event) {
  const slider = sliderOf(event.target);
  if (!slider || slider.name !== live.held) live.heldFrom = event.type === "pointerdown" && slider ? Number(slider.input.value) : undefined;
  live.held = slider?.name;
  mark(slider);
}

/** Mark the slider that is held: on a narrow screen, where levers lie over the page, all others give the view free. */
function mark(slider) {
  const before = document.querySelector("[data-held]");
  const now = slider?.input.closest('[class*="st-key-slider_"]');
  if (before === now) return;
  before?.removeAttribute("data-held");
  now?.setAttribute("data-held", "");
  document.body.toggleAttribute("data-holds-lever", Boolean(now));
}

new MutationObserver((changes) => {
  if (!live.held) return;
  for (const { target } of changes) {
    const slider = target.type === "range" && sliderOf(target);
    if (slider && slider.name === live.held) live.move(slider.name, Number(slider.input.value));
  }
}).observe(document.documentElement, { subtree: true, attributeFilter: ["value", "aria-valuetext"] });

addEventListener("pointerdown", grasp, true);
addEventListener("keydown", grasp, true);
for (const end of ["pointerup", "pointercancel", "keyup", "blur"]) addEventListener(end, () => live.release());

let typed; // the number field that has the cursor, and what it said when that was taken last

function enter(event) {
  if (!typed || typed.input !== event.target || typed.input.value === typed.value) return;
  typed.value = typed.input.value;
  live.move(typed.name, typed.value);
}

addEventListener("focusin", ({ target }) => {
  const field = leverOf(target, "number");
  typed = field && { ...field, value: field.input.value };
});
addEventListener("focusout", enter);
addEventListener("keydown", (event) => { if (event.key === "Enter") enter(event); });

addEventListener("click", ({ target }) => {
  const button = target.closest?.("button");
  const name = button && !button.disabled && BUTTON.exec(button.closest('[class*="st-key-"]')?.className)?.[1];
  if (name && !live.lead(name) && name !== "undo" && name !== "redo") live.move(name, null);
}, true);
