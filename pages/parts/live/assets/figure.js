// A figure: its finding, what shaped it, its charts and its table of words; and the strip of headline figures.

import { Chart } from "./chart.js";

function add(parent, tag, kind, text) {
  const element = parent.appendChild(document.createElement(tag));
  if (kind) element.className = kind;
  if (text !== undefined) element.textContent = text;
  return element;
}

/** Write a text where it is another than what stands there: what is written anew is laid out anew. */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
  show(element, Boolean(text));
}

function show(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

/** What is told where one points at a question mark, or comes to it by the keyboard. */
function addHelp(parent) {
  const mark = add(parent, "span", "help", "?");
  mark.tabIndex = 0;
  mark.setAttribute("role", "img");
  return mark;
}

function help(mark, text) {
  if (mark.dataset.help !== text) {
    mark.dataset.help = text;
    mark.setAttribute("aria-label", text);
  }
  show(mark, Boolean(text));
}

/** Keep as many children as there are things, and bring each up to date. */
function match(parent, things, make, bring) {
  while (parent.children.length > things.length) parent.lastChild.remove();
  things.forEach((thing, at) => bring(parent.children[at] ?? make(parent), thing, at));
}

export class Figure {
  constructor(place, said) {
    this.element = add(place, "div", "figure");
    this.element.dataset.figure = said.name;
    const head = add(this.element, "div", "named");
    this.title = add(head, said.begins ? "p" : "h3", "finding");
    this.help = addHelp(head);
    if (said.begins) {
      add(this.title, "strong", "", said.begins);
      this.sentence = add(this.title, "span");
    }
    this.caption = add(this.element, "p", "caption");
    this.row = add(this.element, "div", "charts");
    this.table = add(this.element, "table");
    this.charts = [];
  }

  draw(said) {
    if (this.sentence) write(this.sentence, ` ${said.title}`);
    else write(this.title, said.title);
    write(this.caption, said.caption);
    help(this.help, said.help);
    this.picks = said.picks ?? [];
    this.drawCharts(said.charts, said.vega);
    show(this.table, said.words.length > 0);
    match(this.table, said.words, (table) => table.appendChild(document.createElement("tr")), (row, cells, line) => {
      const tag = line === 0 ? "th" : "td";
      const take = said.takes?.[line - 1];
      match(row, cells, (one) => add(one, tag), (cell, text, at) => {
        if (take && at === 0) this.offer(cell, text, take);
        else if (cell.textContent !== text || cell.firstElementChild) cell.textContent = text;
      });
    });
  }

  /** Write the head of a row as what takes it. */
  offer(cell, text, { name, help: about }) {
    let button = cell.querySelector("button");
    if (!button) {
      cell.textContent = "";
      button = add(cell, "button", "take");
      button.type = "button";
      button.addEventListener("click", () => this.onPick?.({ name: button.dataset.name }));
    }
    if (button.textContent !== text) button.textContent = text;
    if (button.dataset.name !== name) button.dataset.name = name;
    if (button.title !== about) button.title = about;
  }

  /** Tell what a mark that is clicked stands for. */
  clicked(datum) {
    if (this.picks.length && datum && this.picks.every((name) => name in datum))
      this.onPick?.(Object.fromEntries(this.picks.map((name) => [name, datum[name]])));
  }

  drawCharts(said, files) {
    while (this.charts.length > said.length) this.dropChart();
    if (this.row.dataset.count !== `${said.length}`) this.row.dataset.count = said.length;
    said.forEach((one, at) => {
      const panel = this.charts[at] ?? this.newChart(one);
      if (panel.label) {
        write(panel.label, one.label);
        write(panel.note, one.note);
      }
      panel.chart.draw(one, files);
    });
  }

  newChart(said) {
    const element = add(this.row, "div", "panel");
    const panel = { element };
    if (said.label) {
      const head = add(element, "p", "head");
      panel.label = add(head, "strong");
      panel.note = add(head, "small");
    }
    const frame = add(element, "div", "chart");
    const view = add(frame, "div");
    view.className = "view";
    view.setAttribute("role", "figure");
    view.tabIndex = 0;
    panel.chart = new Chart(view);
    panel.chart.onClick = (datum) => this.clicked(datum);
    tools(frame, panel.chart, said.name);
    this.charts.push(panel);
    return panel;
  }

  dropChart() {
    const { element, chart } = this.charts.pop();
    chart.close();
    element.remove();
  }

  hold(isHeld) {
    for (const { chart } of this.charts) {
      if (isHeld) chart.isHeld = true;
      else chart.release();
    }
  }

  close() {
    while (this.charts.length) this.dropChart();
    this.element.remove();
  }
}

/** Buttons on a chart: to see it as large as the window is, and to keep it as a picture. */
function tools(frame, chart, name) {
  const bar = add(frame, "div", "tools");
  const button = (icon, words, act) => {
    const one = add(bar, "button", "", icon);
    one.type = "button";
    one.title = words;
    one.setAttribute("aria-label", words);
    one.addEventListener("click", act);
  };
  const keep = (kind) => async () => {
    const link = document.createElement("a");
    link.href = await chart.picture(kind);
    link.download = `${name}.${kind}`;
    link.click();
  };
  button("image", "Save as PNG", keep("png"));
  button("draw", "Save as SVG", keep("svg"));
  button("fullscreen", "Full screen", () => enlarge(frame, chart));
}

function enlarge(frame, chart) {
  if (chart.isFull) {
    frame.querySelector("dialog").close();
    return;
  }
  const dialog = add(frame, "dialog");
  const bar = frame.querySelector(".tools");
  frame.style.minHeight = `${frame.offsetHeight}px`;
  dialog.append(bar, chart.element);
  chart.isFull = true;
  dialog.addEventListener("close", () => {
    chart.isFull = false;
    frame.append(chart.element, bar);
    frame.style.minHeight = "";
    dialog.remove();
    chart.fit();
  });
  dialog.showModal();
  chart.fit();
}

/** A sentence that stands by itself. */
export class Line {
  constructor(place, said) {
    this.element = add(place, "p", `line ${said.look}`);
    this.element.dataset.figure = said.name;
  }

  draw(said) {
    if (this.element.textContent !== said.text) this.element.textContent = said.text;
  }

  hold() {}

  close() {
    this.element.remove();
  }
}

export class Strip {
  constructor(place) {
    this.element = add(place, "div", "strip");
    this.element.dataset.figure = "strip";
    this.row = add(this.element, "div", "metrics");
    this.note = add(this.element, "p", "caption");
  }

  draw(said) {
    match(this.row, said.metrics, newMetric, (element, metric) => {
      if (element.dataset.good !== `${metric.good}`) element.dataset.good = metric.good;
      const parts = { label: metric.label, value: metric.value, change: metric.change, beside: metric.beside };
      for (const [kind, text] of Object.entries(parts)) write(element.querySelector(`.${kind}`), text);
      help(element.querySelector(".help"), metric.help);
    });
    write(this.note, said.note);
  }

  hold() {}

  close() {
    this.element.remove();
  }
}

function newMetric(row) {
  const element = add(row, "div", "metric");
  const head = add(element, "div", "named");
  add(head, "span", "label");
  addHelp(head);
  add(element, "div", "value");
  const below = add(element, "div", "compared");
  add(below, "span", "change");
  add(below, "span", "beside");
  return element;
}
