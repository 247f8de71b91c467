"use strict";
/*
 * Draws the races of a racewitness report. Data comes from the element #report-data, whose layout StackTable.java and PageData.java
 * write. Everything from the traced program reaches the page as text nodes, never as markup. A race's details are drawn when it is opened.
 */
(() => {
  const island = document.getElementById("report-data");
  const list = document.getElementById("list");
  if (!list) {
    return;
  }
  const data = JSON.parse(island.textContent);
  const RUN_CLASSES = ["", "t-keyword", "t-string", "t-comment", "t-number"];
  const FRAMES_SHOWN = 40;
  const PRINTED = 100;
  const MAX_TEXT = 2000;

  // ---------------------------------------------------------------- text and elements

  /* Makes visible what would act or reorder: control characters, separators, bidirectional overrides. Tabs become spaces. */
  const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
  function visible(text) {
    const bounded = text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + "\u2026" : text;
    return bounded.replace(ACTING, (c) => {
      const code = c.codePointAt(0);
      if (c === "\t") {
        return "    ";
      }
      return code < 0x100 ? "\\x" + code.toString(16).padStart(2, "0") : "\\u" + code.toString(16).padStart(4, "0");
    });
  }

  /* An element with attributes and children; a child that is a string becomes a text node. */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      element.setAttribute(name, value);
    }
    for (const child of children) {
      if (child !== null && child !== undefined) {
        element.append(child instanceof Node ? child : visible(child));
      }
    }
    return element;
  }

  const count = (n, noun) => n.toLocaleString("en") + " " + noun + (n === 1 ? "" : "s");

  // ---------------------------------------------------------------- data

  /* The frames of a stack, innermost first. */
  function framesOf(stack) {
    const frames = [];
    for (let entry = stack; entry >= 0; entry = data.stacks[entry][1]) {
      const [file, line, endLine, from, to, name, application] = data.frames[data.stacks[entry][0]];
      frames.push({ file: data.files[file], line, endLine, from, to, function: name, application: application === 1 });
    }
    return frames;
  }

  const fileName = (frame) => frame.file[0];
  const baseName = (frame) => fileName(frame).split(/[\\/]/).pop();
  const place = (frame) => fileName(frame) + (frame.line > 0 ? ":" + frame.line : "");
  const ofApplication = (frames) => frames.find((frame) => frame.application) || frames[0];
  const threadName = (side) => side.thread || "thread " + side.threadId;
  const innermost = (side) => (side.stack < 0 ? null : framesOfTop(side.stack));

  function framesOfTop(stack) {
    const [file, line, , , , name] = data.frames[data.stacks[stack][0]];
    return { file: data.files[file], line, function: name };
  }

  // ---------------------------------------------------------------- one race: source

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
    return make("div", { class: "source", tabindex: "0", role: "group", "aria-label": "Source of " + visible(place(frame)) }, ...shown);
  }

  // ---------------------------------------------------------------- one race: stacks

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

  function disclosure(summary, content) {
    return make("details", { class: "more" }, make("summary", null, summary), content);
  }

  // ---------------------------------------------------------------- one race: both sides

  function sidePanel(side) {
    const locks = make("p", { class: "locks" }, "thread " + side.threadId + " of process " + side.pid,
      side.locks.length ? ", holds " : ", no lock held");
    side.locks.forEach((lock, i) => locks.append(i ? ", " : "", make("span", { class: "lock" }, lock)));
    const frames = framesOf(side.stack);
    const started = framesOf(side.startedAt);
    const panel = make("section", { class: "side" },
      make("h4", null, make("span", { class: "thread" }, threadName(side)), " ",
        make("span", { class: "operation" }, side.operation)),
      locks,
      frames.length ? stackList(frames, "Stack of " + visible(threadName(side)), true)
        : make("p", { class: "missing" }, "No stack was recorded."));
    if (started.length) {
      panel.append(disclosure("Thread started at " + place(ofApplication(started)), stackList(started, "Where the thread was started", false)));
    }
    return panel;
  }

  function detail(race) {
    const body = make("div", { class: "detail", id: "detail-" + race.index },
      make("p", { class: "risk" }, race.risk),
      make("p", { class: "advice" }, race.locks + " ", make("span", { class: "remedy" }, race.remedy)));
    if (race.suppressed !== null) {
      body.append(make("p", { class: "advice" }, "Suppressed: " + race.suppressed));
    }
    body.append(make("div", { class: "sides" }, ...race.sides.map(sidePanel)));
    const facts = make("dl", { class: "facts small" });
    const fact = (label, ...text) => facts.append(make("div", null, make("dt", null, label), make("dd", null, ...text)));
    fact("Location", race.kind + " ", make("span", { class: "code" }, race.name),
      race.type && race.type !== "?" ? " of " + race.type : "");
    fact("Happened", race.count === 1 ? "once" : race.count.toLocaleString("en") + " times");
    if (race.tests.length) {
      fact("Tests", race.tests.join(", "));
    }
    fact("Fingerprint", make("span", { class: "code" }, race.fingerprint));
    body.append(facts);
    const seen = framesOf(race.firstSeen);
    if (seen.length) {
      body.append(disclosure("Object first seen at " + place(ofApplication(seen)), stackList(seen, "Where the object was first seen", false)));
    }
    return body;
  }

  // ---------------------------------------------------------------- the list

  function where(race) {
    const places = race.sides.map(innermost).map((f) => (f ? baseName(f) + (f.line > 0 ? ":" + f.line : "") + " " + f.function : "?"));
    return places[0] === places[1] ? places[0] : places.join("  \u2194  ");
  }

  function row(race) {
    const head = make("button", { type: "button", class: "head", "aria-expanded": "false", "aria-controls": "detail-" + race.index },
      make("span", { class: "id" }, race.id),
      make("span", { class: "verdict", "data-level": race.level }, race.verdict, make("span", { class: "aside" }, ", " + race.level)),
      make("span", { class: "name" }, race.name),
      make("span", { class: "at" }, where(race)),
      make("span", { class: "times", title: "occurrences" }, race.suppressed !== null ? "suppressed" : "\u00d7" + race.count.toLocaleString("en")));
    const item = make("li", { class: race.suppressed !== null ? "race suppressed" : "race" }, make("h3", null, head));
    head.addEventListener("click", () => toggle(race, !race.open));
    race.item = item;
    race.head = head;
    return item;
  }

  function toggle(race, open) {
    if (open === race.open) {
      return;
    }
    race.open = open;
    race.head.setAttribute("aria-expanded", String(open));
    if (open) {
      race.item.append(detail(race));
    } else {
      race.item.querySelector(".detail").remove();
    }
  }

  // ---------------------------------------------------------------- filter

  /* What a word of the query is looked for in, in lower case. */
  function haystack(race) {
    const files = new Set();
    const functions = new Set();
    for (const side of race.sides) {
      for (let entry = side.stack; entry >= 0; entry = data.stacks[entry][1]) {
        const frame = data.frames[data.stacks[entry][0]];
        files.add(data.files[frame[0]][0]);
        functions.add(frame[5]);
      }
    }
    const join = (values) => [...values].join("\n").toLowerCase();
    const fields = {
      file: join(files),
      function: join(functions),
      thread: join(race.sides.map(threadName)),
      lock: join(race.sides.flatMap((side) => side.locks)),
      test: join(race.tests),
      verdict: race.verdict,
      level: race.level,
    };
    fields.all = join([...Object.values(fields), race.id, race.name, race.type || "", race.fingerprint,
      ...race.sides.map((side) => side.operation)]);
    return fields;
  }

  function matches(race, words) {
    if (!race.fields) {
      race.fields = haystack(race);
    }
    return words.every((word) => {
      const colon = word.indexOf(":");
      const field = colon > 0 ? word.slice(0, colon) : "";
      return Object.hasOwn(race.fields, field) && field !== "all"
        ? race.fields[field].includes(word.slice(colon + 1)) : race.fields.all.includes(word);
    });
  }

  const form = document.getElementById("filter");
  const query = document.getElementById("query");
  const status = document.getElementById("status");
  const chips = [...form.querySelectorAll("button[aria-pressed]")];
  const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";

  function filter() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shownVerdicts = new Set(chips.filter(pressed).map((chip) => chip.dataset.verdict));
    const showSuppressed = chips.some((chip) => chip.dataset.suppressed && pressed(chip));
    let shown = 0;
    for (const race of races) {
      const kind = race.suppressed !== null ? showSuppressed : shownVerdicts.has(race.verdict);
      race.shown = kind && matches(race, words);
      race.item.hidden = !race.shown;
      shown += race.shown ? 1 : 0;
    }
    document.getElementById("nothing").hidden = shown > 0;
    status.textContent = shown === races.length ? count(races.length, "race")
      : shown.toLocaleString("en") + " of " + count(races.length, "race");
  }

  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(!pressed(chip)));
      filter();
    });
  }
  query.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());

  // ---------------------------------------------------------------- keyboard, links, paper

  /* Goes to the next or previous race shown, from the one that has the focus. */
  function step(by) {
    const shown = races.filter((race) => race.shown);
    const at = shown.findIndex((race) => race.item.contains(document.activeElement));
    const next = shown[at < 0 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1)];
    if (next) {
      next.head.focus();
      next.head.scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const typing = event.target === query;
    if (event.key === "Escape" && typing) {
      query.value = "";
      filter();
      step(1);
    } else if (typing) {
      return;
    } else if (event.key === "/") {
      query.focus();
      query.select();
    } else if (event.key === "j") {
      step(1);
    } else if (event.key === "k") {
      step(-1);
    } else {
      return;
    }
    event.preventDefault();
  });

  function openLinked() {
    const race = races.find((r) => "#" + encodeURIComponent(r.id) === location.hash);
    if (race) {
      toggle(race, true);
      race.head.focus();
      race.item.scrollIntoView({ block: "start" });
    }
    return Boolean(race);
  }
  window.addEventListener("hashchange", openLinked);

  let openedForPaper = [];
  window.addEventListener("beforeprint", () => {
    openedForPaper = races.filter((race) => race.shown).slice(0, PRINTED).filter((race) => !race.open);
    openedForPaper.forEach((race) => toggle(race, true));
  });
  window.addEventListener("afterprint", () => {
    openedForPaper.forEach((race) => toggle(race, false));
    openedForPaper = [];
  });

  // ---------------------------------------------------------------- start

  const races = data.races.map((race, index) => ({ ...race, index, open: false, shown: true }));
  const rows = document.createDocumentFragment();
  races.forEach((race) => rows.append(row(race)));
  list.append(rows);
  form.hidden = false;
  document.getElementById("query-help").hidden = false;
  filter();
  if (!openLinked() && races.length) {
    toggle(races[0], true);
  }
})();
