// One chart: a Vega view that is built once for a specification and then takes new figures in place.

const HELD = "held_"; // data sets that hold the ends of axes while a slider is dragged
let loading;

/** Load Vega and its reader of expressions from the files that Streamlit brings along. */
function vega(files) {
  loading ??= Promise.all(files.map((file) => import(file))).then((modules) => {
    const having = (name) => modules.flatMap(Object.values).find((one) => one && typeof one === "object" && one[name]);
    return { ...pick(having("vegaLite")), expr: having("expressionInterpreter").expressionInterpreter };
  });
  return loading;
}
const pick = ({ vega, vegaLite }) => ({ vega, vegaLite });

/** Rows of an object of columns. */
function rows(columns) {
  const names = Object.keys(columns);
  const count = names.length ? columns[names[0]].length : 0;
  return Array.from({ length: count }, (_, at) => Object.fromEntries(names.map((name) => [name, columns[name][at]])));
}

/** How all charts look beside what their specification says: type of the page, distances in steps of it. */
function config(element) {
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  return {
    font: getComputedStyle(element).fontFamily,
    background: null,
    view: { strokeWidth: 0, stroke: "transparent" },
    axis: {
      labelFontWeight: "normal", labelFlush: true, labelFlushOffset: 1, labelBound: false, labelLimit: 100,
      titlePadding: rem, labelPadding: rem, labelSeparation: rem / 4, labelOverlap: true,
    },
    axisDiscrete: { grid: false }, axisXPoint: { grid: false }, axisXBand: { grid: false },
    legend: { labelFontWeight: "normal", labelPadding: rem, rowPadding: rem / 4, padding: rem / 2 },
    bar: { binSpacing: rem / 4, discreteBandSize: { band: 0.85 } },
  };
}

/** Let the ends of each axis of figures be held: the domain is that of the data and of what is held beside. */
function holdable(spec) {
  const held = [];
  for (const scale of spec.scales ?? []) {
    const domain = scale.domain;
    if (scale.type !== "linear" || !domain || !(domain.data || domain.fields)) continue;
    const parts = !domain.fields ? [{ data: domain.data, field: domain.field }]
      : domain.data ? domain.fields.map((field) => ({ data: domain.data, field })) : domain.fields;
    scale.domain = { fields: [...parts, { data: HELD + scale.name, field: "value" }] };
    spec.data.push({ name: HELD + scale.name, values: [] });
    held.push({ name: scale.name, padding: scale.padding ?? 0 });
  }
  return held;
}

/** The ends of an axis without the room in px that its scale leaves at both. */
function ends(scale, padding) {
  const [from, to] = scale.range();
  const inner = padding * Math.sign(to - from);
  return [scale.invert(from + inner), scale.invert(to - inner)];
}

export class Chart {
  constructor(element) {
    this.element = element;
    this.plot = element.appendChild(document.createElement("div"));
    this.plot.className = "plot";
    this.isHeld = false;
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(this.plot);
  }

  /** Draw what the server says; while that is being drawn only the newest of what comes next is kept. */
  draw(said, files) {
    this.wanted = { said, files };
    if (this.element.getAttribute("aria-label") !== said.says) this.element.setAttribute("aria-label", said.says);
    if (!this.view && !this.plot.style.minHeight) this.plot.style.minHeight = `${said.spec.height}px`;
    this.working ??= this.work().finally(() => { this.working = undefined; });
    return this.working;
  }

  async work() {
    while (this.wanted && !this.isGone) {
      const { said, files } = this.wanted;
      if (!this.view || said.spec_name !== this.spec_name) {
        const loaded = await vega(files);
        if (this.isGone || !this.plot.clientWidth) return; // `fit` goes on once there is room
        this.wanted = undefined;
        await this.build(said, loaded);
      } else {
        this.wanted = undefined;
        await this.update(rows(said.columns));
      }
    }
  }

  async build(said, { vega, vegaLite, expr }) {
    this.view?.finalize();
    this.vega = vega;
    this.spec_name = said.spec_name;
    this.height = said.spec.height;
    const whole = { ...said.spec, data: { name: "frame" }, width: this.plot.clientWidth };
    const spec = vegaLite.compile(whole, { config: config(this.element) }).spec;
    this.held = holdable(spec);
    this.rows = rows(said.columns);
    this.view = new vega.View(vega.parse(spec, {}, { ast: true }), {
      renderer: "svg", container: this.plot, expr, hover: true, logLevel: vega.Error,
      tooltip: (_handler, event, _item, value) => tell(event, value),
    });
    this.view.change("frame", vega.changeset().insert(this.rows));
    this.view.addEventListener("click", (_event, item) => this.onClick?.(item?.datum));
    await this.view.runAsync();
    this.plot.style.minHeight = "";
  }

  /** Put new figures into the rows that are there, so that each mark stays the one it was. */
  async update(next) {
    const change = this.vega.changeset();
    let changes = 0;
    if (next.length === this.rows.length) {
      this.rows.forEach((row, at) => {
        for (const name in next[at]) {
          if (row[name] !== next[at][name]) {
            change.modify(row, name, next[at][name]);
            changes += 1;
          }
        }
      });
    } else {
      change.remove(this.vega.truthy).insert(next);
      this.rows = next;
      changes = 1;
    }
    if (this.hold() || changes) {
      this.view.change("frame", change);
      await this.view.runAsync();
    }
  }

  /** While a slider is dragged an axis grows and does not shrink. Return whether it may shrink now. */
  hold() {
    if (!this.isHeld && !this.isHolding) return false;
    for (const { name, padding } of this.held) {
      const kept = this.isHeld ? ends(this.view.scale(name), padding) : [];
      this.view.data(HELD + name, kept.map((value) => ({ value })));
    }
    const isOver = this.isHolding && !this.isHeld;
    this.isHolding = this.isHeld;
    return isOver;
  }

  release() {
    this.isHeld = false;
    if (this.isHolding && !this.wanted) this.draw({ ...this.last(), says: this.element.getAttribute("aria-label") });
  }

  last() {
    const names = this.rows.length ? Object.keys(this.rows[0]) : [];
    const columns = Object.fromEntries(names.map((name) => [name, this.rows.map((row) => row[name])]));
    return { spec_name: this.spec_name, columns };
  }

  async fit() {
    if (!this.view) {
      if (this.wanted) this.draw(this.wanted.said, this.wanted.files);
      return;
    }
    const { clientWidth: width, clientHeight } = this.plot;
    const height = this.isFull ? clientHeight : this.height;
    if (!width || (width === this.view.width() && height === this.view.height())) return;
    await this.view.width(width).height(height).runAsync();
    await this.view.resize().runAsync(); // the key may stand in more rows now, which leave the axes less room
  }

  picture(kind) {
    return this.view.toImageURL(kind, 2);
  }

  close() {
    this.isGone = true;
    this.sizes.disconnect();
    this.view?.finalize();
    tell();
  }
}

// --- What is said of a mark that is pointed at

let note;

function tell(event, value) {
  if (!value || typeof value !== "object") {
    note?.remove();
    note = undefined;
    return;
  }
  note ??= document.createElement("table");
  note.className = "chart-note";
  note.replaceChildren(...Object.entries(value).map(([title, words]) => {
    const row = document.createElement("tr");
    row.insertCell().textContent = title;
    row.insertCell().textContent = words;
    return row;
  }));
  (event.target.closest("dialog") ?? document.querySelector(".stApp")).append(note);
  const { offsetWidth: width, offsetHeight: height } = note;
  note.style.left = `${Math.max(0, Math.min(event.clientX + 12, innerWidth - width - 8))}px`;
  note.style.top = `${event.clientY + 16 + height > innerHeight ? event.clientY - height - 8 : event.clientY + 16}px`;
}
