/* One race in full: its sentences, both sides, the picture, what mends it. Drawn when the race is opened. */

function disclosure(summary, content) {
  return make("details", { class: "more" }, make("summary", null, summary), content);
}

function lockList(locks) {
  return locks.flatMap((lock, i) => [i ? ", " : "", make("span", { class: "lock" }, lock)]);
}

function sidePanel(side, level) {
  const frames = framesOf(side.stack);
  const started = framesOf(side.startedAt);
  const panel = make("section", { class: "side" },
    make("h" + level, { class: "who" },
      make("span", { class: "thread" }, threadName(side)), " ",
      make("span", { class: "operation" }, side.operation)),
    make("p", { class: "locks" },
      make("span", { class: side.locks.length ? "held" : "held none" },
        ...(side.locks.length ? ["holds ", ...lockList(side.locks)] : ["no lock held"])),
      make("span", { class: "ids" }, "thread " + side.threadId + " of process " + side.pid)),
    frames.length ? stackList(frames, "Stack of " + visible(threadName(side)), true)
      : make("p", { class: "missing" }, "No stack was recorded."));
  if (started.length) {
    panel.append(disclosure("Thread started at " + place(ofApplication(started)),
      stackList(started, "Where the thread was started", false)));
  }
  return panel;
}

/* What is promised, what mends it. */
function adviceBlock(race, level) {
  const heading = (text) => make("h" + level, null, text);
  return make("div", { class: "advice" },
    make("section", { class: "mend" }, heading("What mends it"),
      make("ul", null, ...race.remedies.map((remedy) => make("li", null, remedy)))),
    make("section", { class: "promise" }, heading("What CPython promises"),
      make("p", null, race.guarantee, " ",
        make("a", { href: race.guaranteeAddress, rel: "noreferrer noopener", target: "_blank" },
          "Documentation", make("span", { class: "aside" }, " (opens docs.python.org in a new tab)")))));
}

function factList(race) {
  const facts = make("dl", { class: "facts small" });
  const fact = (label, ...text) => facts.append(make("div", null, make("dt", null, label), make("dd", null, ...text)));
  fact("Location", race.kind + " ", make("span", { class: "code" }, race.name),
    race.type && race.type !== "?" ? " of " + race.type : "");
  fact("Happened", race.count === 1 ? "once" : race.count.toLocaleString("en") + " times");
  if (race.tests.length) {
    fact(race.tests.length === 1 ? "Test" : "Tests", make("span", { class: "code" }, race.tests.join(", ")));
  }
  fact("Fingerprint", make("span", { class: "code" }, race.fingerprint));
  return facts;
}

/* level: that of the headings inside. */
function detail(race, level) {
  const body = make("div", { class: "detail", id: "detail-" + race.index },
    make("p", { class: "risk" }, race.risk, " ", make("span", { class: "why" }, race.locksSentence)));
  if (race.standing !== "new") {
    body.append(make("p", { class: "accepted" },
      race.standing === "known" ? "Known: it is in the baseline." : "Suppressed: " + race.suppressed));
  }
  body.append(make("div", { class: "sides" }, ...race.sides.map((side) => sidePanel(side, level))));
  body.append(picture(race, level));
  body.append(adviceBlock(race, level));
  const seen = framesOf(race.firstSeen);
  body.append(factList(race));
  if (seen.length) {
    body.append(disclosure("Object first seen at " + place(ofApplication(seen)),
      stackList(seen, "Where the object was first seen", false)));
  }
  return body;
}
