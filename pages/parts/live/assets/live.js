// Draws the figures of a page as its script hands them over, and redraws those in view while a slider is dragged:
// the slider's value goes to the server, which answers with the same that the script will say once it is let go.

import { Figure, Strip } from "./figure.js";

const SLIDER = /(?:^|\s)st-key-(slider_\S+)_[0-9a-f]{8}_\d+(?:\s|$)/;
const MAIN = '[data-testid="stMain"]';
const PATIENCE_MS = 8000;

const drawn = new Map(); // what stands on the page: the figure of each place
const inView = new Set();
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) inView.delete(target.dataset.figure);
    else {
      inView.add(target.dataset.figure);
      if (live.behind.has(target.dataset.figure)) live.ask();
    }
  }
}, { rootMargin: "64px" });

// --- What the script hands over

export default function ({ data, parentElement }) {
  const said = JSON.parse(new TextDecoder().decode(data));
  if (said.kind === "page") {
    live.page = said;
    live.moved.clear();
    return () => { if (live.page === said) live.page = undefined; };
  }
  let place = drawn.get(parentElement);
  if (!place) {
    place = { figure: said.kind === "strip" ? new Strip(parentElement) : new Figure(parentElement, said) };
    drawn.set(parentElement, place);
    seen.observe(place.figure.element);
  }
  place.said = said;
  if (live.held) place.isLate = true; // of a move before this one
  else settle(place);
  return () => {
    seen.unobserve(place.figure.element);
    inView.delete(place.figure.element.dataset.figure);
    place.figure.close();
    drawn.delete(parentElement);
  };
}

/** Show what the script said last; until it does, a figure that follows keeps the room that it had. */
function settle(place) {
  place.figure.element.style.minHeight = "";
  place.figure.hold(false);
  place.figure.draw(place.said);
}

// --- What is asked while a slider is dragged

const live = {
  page: undefined,
  held: undefined, // the slider that is dragged, by name
  moved: new Map(), // what sliders say that the page does not know of yet
  behind: new Set(), // figures that have not followed yet
  isAsking: false,
  isWanted: false,

  move(name, value) {
    if (!this.page || this.moved.get(name) === value) return;
    this.moved.delete(name); // so that it stands last
    this.moved.set(name, value);
    this.behind = new Set([...drawn.values()].map(({ figure }) => figure.element.dataset.figure));
    this.ask();
  },

  async ask() {
    this.isWanted = true;
    if (this.isAsking || !this.page || !this.moved.size) return;
    this.isAsking = true;
    try {
      while (this.isWanted && this.page) {
        this.isWanted = false;
        await this.follow(this.page);
      }
    } catch {
      this.giveUp();
    } finally {
      this.isAsking = false;
    }
  },

  async follow(page) {
    const specs = {};
    for (const { figure } of drawn.values()) {
      if (inView.has(figure.element.dataset.figure))
        specs[figure.element.dataset.figure] = (figure.charts ?? []).map(({ chart }) => chart.spec_name ?? "");
    }
    const answer = await fetch("/live", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ ...page.asks, moved: [...this.moved], figures: specs }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const said = await answer.json();
    if (this.page?.asks.page !== page.asks.page) return;
    retitle(said.title);
    for (const place of drawn.values()) {
      const one = said.figures[place.figure.element.dataset.figure];
      if (!one) continue;
      if (!place.figure.element.style.minHeight) place.figure.element.style.minHeight = `${place.figure.element.offsetHeight}px`;
      place.figure.hold(Boolean(this.held));
      place.figure.draw({ ...one, vega: place.said.vega });
      place.isLate = false;
      this.behind.delete(place.figure.element.dataset.figure);
    }
    await painted();
  },

  /** Show again what the script said last: the page goes on as if nothing were live. */
  giveUp() {
    this.isWanted = false;
    this.moved.clear();
    this.behind.clear();
    retitle();
    for (const place of drawn.values()) settle(place);
  },

  release() {
    if (!this.held) return;
    this.held = undefined;
    for (const place of drawn.values()) {
      place.figure.hold(false);
      if (place.isLate) settle(place);
      place.isLate = false;
    }
  },
};

const painted = () => new Promise((done) => (document.hidden ? setTimeout(done) : requestAnimationFrame(() => done())));

/** Write the finding into the title that the page drew; without one, what stood there before. */
function retitle(text) {
  const title = document.querySelector(`${MAIN} h1`);
  const node = title && document.createTreeWalker(title, NodeFilter.SHOW_TEXT).nextNode();
  if (!node || node.data !== title.textContent) return;
  if (text === undefined) {
    if (title.dataset.before !== undefined && node.data === title.dataset.live) node.data = title.dataset.before;
    delete title.dataset.before;
    return;
  }
  if (title.dataset.live !== node.data) title.dataset.before = node.data;
  title.dataset.live = text;
  if (node.data !== text) node.data = text;
}

// --- The sliders, which are Streamlit's own

function sliderOf(target) {
  const input = target.closest?.('[class*="st-key-slider_"]')?.querySelector("input[type=range]");
  const name = input && SLIDER.exec(input.closest('[class*="st-key-slider_"]').className)?.[1];
  return name && { input, name };
}

function grasp(event) {
  live.held = sliderOf(event.target)?.name;
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
