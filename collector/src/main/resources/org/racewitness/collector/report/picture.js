/*
 * The picture of a race: a lane for each of the two threads, time going down, and in them the start of the thread, the last
 * points at which the two were ordered, the synchronisation around the accesses and the accesses themselves. Between the
 * last arrow and the accesses nothing leads from lane to lane: that is the race. A point's stack is shown beside the picture
 * while it has the pointer or the focus. The data is that of docs/dev/explanation.md.
 */
/* The points of one lane, earliest first: {time, kind, text, stack, lane}. One event is one point. */
function pointsOf(race, lane) {
  const points = new Map();
  const put = (point) => {
    const key = point.kind + "@" + point.time;
    if (!points.has(key)) {
      points.set(key, { ...point, lane });
    }
    return points.get(key);
  };
  const side = race.sides[lane];
  const known = race.explanation ? race.explanation.sides[lane] : null;
  const access = put({ time: known ? known.time : 1, kind: "access", stack: side.stack });
  if (known) {
    for (const sync of [known.before, known.after]) {
      if (sync) {
        put({ time: sync.time, kind: sync.kind, text: sync.text, stack: sync.stack });
      }
    }
  }
  return { points, put, access };
}

/* Puts the points of both lanes into rows such that time goes down in each lane and along each arrow. */
function layOut(race) {
  const lanes = [pointsOf(race, 0), pointsOf(race, 1)];
  const arrows = [];
  for (const order of race.explanation ? race.explanation.ordered : []) {
    const { release, acquire } = order;
    const from = lanes[order.from].put(
      { time: release.time, kind: release.kind, text: release.text, stack: release.stack });
    const to = lanes[order.to].put(
      { time: acquire.time, kind: acquire.kind, text: acquire.text, stack: acquire.stack });
    arrows.push({ from, to });
  }
  const columns = lanes.map(({ points }) => [...points.values()].sort((a, b) => a.time - b.time));
  const start = columns.flat();
  start.forEach((point) => { point.row = 1; });
  // relaxation: few points, and what can never settle (a cycle in damaged data) ends with the rounds
  for (let round = 0; round < start.length + 2; round++) {
    for (const column of columns) {
      for (let i = 1; i < column.length; i++) {
        column[i].row = Math.max(column[i].row, column[i - 1].row + 1);
      }
    }
    for (const { from, to } of arrows) {
      to.row = Math.max(to.row, from.row);
    }
    const row = Math.max(lanes[0].access.row, lanes[1].access.row);
    lanes[0].access.row = row;
    lanes[1].access.row = row;
  }
  // an arrow is level where its beginning can wait for its end
  for (const { from, to } of arrows) {
    const column = columns[from.lane];
    const next = column[column.indexOf(from) + 1];
    if (to.row > from.row && (!next || next.row > to.row)) {
      from.row = to.row;
    }
  }
  return { lanes, columns, arrows };
}

const SVG = "http://www.w3.org/2000/svg";

/* An arrow from lane to lane over the rows between them. */
function arrowBetween({ from, to }) {
  const rows = Math.abs(to.row - from.row) + 1;
  const half = 50 / rows;
  const right = from.lane === 0;
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("preserveAspectRatio", "none");
  const line = document.createElementNS(SVG, "line");
  line.setAttribute("x1", right ? 0 : 100);
  line.setAttribute("x2", right ? 100 : 0);
  line.setAttribute("y1", from.row <= to.row ? half : 100 - half);
  line.setAttribute("y2", from.row <= to.row ? 100 - half : half);
  svg.append(line);
  const holder = make("div", { class: right ? "arrow right" : "arrow left", "aria-hidden": "true" }, svg);
  holder.style.gridRow = Math.min(from.row, to.row) + 2 + " / span " + rows;
  return holder;
}

/* Shows stacks beside the picture; a point that was pressed keeps its stack there. */
function stackPanel(level) {
  const title = make("h" + level, null, "");
  const content = make("div", { class: "content" });
  const panel = make("div", { class: "point-stack" }, title, content);
  const show = (heading, stack) => {
    title.textContent = visible(heading);
    const frames = framesOf(stack);
    content.replaceChildren(frames.length ? stackList(frames, "Stack of the chosen point", false)
      : make("p", { class: "missing" }, "No stack was recorded."));
  };
  return { panel, show };
}

function pointBox(race, point, name, panel) {
  const side = race.sides[point.lane];
  const racing = point.kind === "access";
  const words = racing
    ? [make("span", { class: "what" }, side.operation + " " + race.name),
      make("span", { class: "held" }, side.locks.length ? "holds " + side.locks.join(", ") : "no lock held")]
    : [make("span", { class: "what" }, point.text)];
  const top = innermost(point);
  const button = make("button",
    { type: "button", class: racing ? "point racing" : "point", "data-row": String(point.row) },
    make("span", { class: "aside" }, visible(name) + ": "), ...words,
    top ? make("span", { class: "at" }, baseName(top) + ":" + top.line + " " + top.function) : null);
  const heading = name + " " + (racing ? side.operation + " " + race.name : point.text);
  const show = () => {
    button.parentNode.querySelectorAll(".chosen").forEach((other) => other.classList.remove("chosen"));
    button.classList.add("chosen");
    panel.show(heading, point.stack);
  };
  button.addEventListener("pointerenter", show);
  button.addEventListener("focus", show);
  button.addEventListener("click", show);
  button.style.gridRow = String(point.row + 2);
  button.style.gridColumn = point.lane === 0 ? "1" : "3";
  return button;
}

/* What the picture shows, in sentences. */
function inWords(race, arrows) {
  if (!race.explanation) {
    return "Nothing orders the two accesses.";
  }
  const name = (lane) => threadName(race.sides[lane]);
  const last = arrows.map(({ from, to }) =>
    name(from.lane) + " " + from.text + ", then " + name(to.lane) + " " + to.text);
  const first = race.explanation.observedFirst;
  return (last.length ? "The two threads were last ordered here: " + last.join("; ") + ". Nothing orders what came after."
    : "Nothing that was seen orders what one thread does before what the other does.")
    + " In this run the access of " + name(first) + " came first, which nothing forced.";
}

/* What each access knew of the other, in the events of the threads: neither knew of the other's access. */
function knowledge(race) {
  const said = [];
  for (const lane of race.explanation ? [0, 1] : []) {
    const { time, known } = race.explanation.sides[lane];
    const [mine, other] = [threadName(race.sides[lane]), threadName(race.sides[1 - lane])];
    if (known >= 0 && known < time) {
      said.push("The access of " + mine + " is its event " + time.toLocaleString("en") + "; " + other
        + (known === 0 ? " knew of none" : " knew of those up to " + known.toLocaleString("en")) + ".");
    }
  }
  return said.length ? make("p", { class: "caption" }, said.join(" ")) : null;
}

function picture(race, level) {
  const { columns, arrows, lanes } = layOut(race);
  const names = race.sides.map(threadName);
  const panel = stackPanel(level + 1);
  const grid = make("div", { class: "lanes" });
  names.forEach((name, lane) => {
    const side = race.sides[lane];
    const started = framesOf(side.startedAt);
    const head = make("div", { class: "lane-head" }, make("span", { class: "thread" }, name),
      started.length ? make("span", { class: "at" }, "started at " + baseName(ofApplication(started)) + ":"
        + ofApplication(started).line) : null);
    head.style.gridColumn = lane === 0 ? "1" : "3";
    grid.append(head);
  });
  const rows = Math.max(...columns.flat().map((point) => point.row));
  for (const lane of ["1", "3"]) {
    const line = make("div", { class: "lane-line", "aria-hidden": "true" });
    line.style.gridColumn = lane;
    line.style.gridRow = "2 / span " + (rows + 1);
    grid.append(line);
  }
  const gap = make("div", { class: "no-order" }, make("span", null, "no order"));
  gap.style.gridRow = String(lanes[0].access.row + 2);
  grid.append(gap);
  arrows.forEach((arrow) => grid.append(arrowBetween(arrow)));
  // row by row, an arrow's beginning before its end, so that the keyboard goes through time
  const begins = new Set(arrows.map(({ from }) => from));
  columns.flat().sort((a, b) => a.row - b.row || begins.has(b) - begins.has(a) || a.lane - b.lane)
    .forEach((point) => grid.append(pointBox(race, point, names[point.lane], panel)));
  panel.show(names[0] + " " + race.sides[0].operation + " " + race.name, race.sides[0].stack);
  return make("section", { class: "picture" }, make("h" + level, null, "How the two threads ran"),
    make("p", { class: "caption" }, inWords(race, arrows)),
    knowledge(race),
    make("div", { class: "drawing" }, grid, panel.panel));
}
