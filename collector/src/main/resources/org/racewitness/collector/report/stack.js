/* Stacks and their source, coloured, with the racing expression marked. */
const RUN_CLASSES = ["", "t-keyword", "t-string", "t-comment", "t-number"];
const FRAMES_SHOWN = 40;

/* One line of source with its tokens coloured and the racing expression marked. */
function sourceLine(frame, number, context) {
  const [text, ...runs] = frame.file[2][number];
  const racing = number >= frame.line && number <= frame.endLine;
  let markFrom = -1;
  let markTo = -1;
  if (racing && frame.from >= 0 && frame.to >= 0) {
    markFrom = number === frame.line ? frame.from : text.length - text.trimStart().length;
    markTo = number === frame.endLine ? frame.to : text.length;
  }
  const cuts = new Set([0, text.length]);
  for (let i = 0; i < runs.length; i += 3) {
    cuts.add(Math.min(runs[i], text.length)).add(Math.min(runs[i + 1], text.length));
  }
  if (markFrom >= 0 && markFrom < markTo) {
    cuts.add(Math.min(markFrom, text.length)).add(Math.min(markTo, text.length));
  }
  const code = make("code");
  const bounds = [...cuts].sort((a, b) => a - b);
  let mark = null;
  for (let i = 0; i + 1 < bounds.length; i++) {
    const piece = text.slice(bounds[i], bounds[i + 1]);
    let kind = 0;
    for (let r = 0; r < runs.length; r += 3) {
      if (runs[r] <= bounds[i] && bounds[i] < runs[r + 1]) {
        kind = runs[r + 2];
      }
    }
    const token = kind ? make("span", { class: RUN_CLASSES[kind] }, piece) : document.createTextNode(visible(piece));
    if (bounds[i] >= markFrom && bounds[i] < markTo) {
      if (!mark) {
        mark = code.appendChild(make("mark"));
      }
      mark.append(token);
    } else {
      mark = null;
      code.append(token);
    }
  }
  const row = make("div", { class: racing && context ? "line racing" : "line" });
  if (context) {
    row.append(make("span", { class: "number" }, String(number)));
  }
  row.append(code);
  return row;
}

/* The innermost frame's line among its neighbours. */
function sourceBlock(frame) {
  const lines = Object.keys(frame.file[2]).map(Number)
    .filter((n) => n >= frame.line - 3 && n <= frame.endLine + 3).sort((a, b) => a - b);
  if (!lines.includes(frame.line)) {
    return make("p", { class: "missing" }, "No source: " + (frame.file[1] || "the file has no such line") + ".");
  }
  const shown = [];
  let last = lines.indexOf(frame.line);
  let first = last;
  while (first > 0 && lines[first - 1] === lines[first] - 1) {
    first--;
  }
  while (last + 1 < lines.length && lines[last + 1] === lines[last] + 1) {
    last++;
  }
  for (let i = first; i <= last; i++) {
    shown.push(sourceLine(frame, lines[i], true));
  }
  return make("div",
    { class: "source", tabindex: "0", role: "group", "aria-label": "Source of " + visible(place(frame)) }, ...shown);
}

/* Scrolls a block sideways when the racing expression stands far to the right. */
function bringMarkIntoSight(block) {
  const mark = block.querySelector("mark");
  if (mark && block.scrollWidth > block.clientWidth) {
    const end = mark.getBoundingClientRect().right - block.getBoundingClientRect().left;
    if (end > block.clientWidth) {
      block.scrollLeft = Math.max(0, mark.getBoundingClientRect().left - block.getBoundingClientRect().left - 48);
    }
  }
}

function frameItem(frame, withBlock) {
  const item = make("li", { class: frame.application ? "frame" : "frame library" },
    make("div", { class: "where" },
      make("span", { class: "function" }, frame.function), " ",
      make("span", { class: "place" }, place(frame))));
  if (withBlock) {
    item.append(sourceBlock(frame));
  } else if (frame.line in frame.file[2]) {
    const line = sourceLine({ ...frame, endLine: frame.line, from: -1, to: -1 }, frame.line, false);
    const first = line.querySelector("code").firstChild;
    if (first && first.nodeType === Node.TEXT_NODE) {
      first.data = first.data.trimStart();
    }
    item.append(line);
  }
  return item;
}

/* A button in the place of what it shows when pressed. */
function folded(label, items) {
  const button = make("button", { type: "button", class: "fold" }, label);
  const holder = make("li", { class: "folded" }, button);
  button.addEventListener("click", () => {
    const drawn = items();
    holder.replaceWith(...drawn);
    drawn[0].setAttribute("tabindex", "-1");
    drawn[0].focus();
  });
  return holder;
}

/* Application frames whole; runs of library frames, and what is very deep, folded. */
function stackList(frames, label, withBlock) {
  const stack = make("ol", { class: "stack", "aria-label": label });
  let i = 0;
  while (i < frames.length) {
    if (i >= FRAMES_SHOWN) {
      const rest = frames.slice(i);
      stack.append(folded(count(rest.length, "outer frame"), () => rest.map((f) => frameItem(f, false))));
      break;
    }
    let end = i;
    while (end < frames.length && !frames[end].application && !(withBlock && end === 0)) {
      end++;
    }
    if (end > i) {
      const hidden = frames.slice(i, end);
      stack.append(folded(count(hidden.length, "library frame"), () => hidden.map((f) => frameItem(f, false))));
      i = end;
    } else {
      stack.append(frameItem(frames[i], withBlock && i === 0));
      i++;
    }
  }
  return stack;
}
