/* The list of races: an entry for each defect, in it a line for each of its races; keyboard, links and paper. filter.js says what is shown. */
const PRINTED = 100;
const list = document.getElementById("list");

function where(race) {
  const places = race.sides.map(innermost)
    .map((f) => (f ? baseName(f) + (f.line > 0 ? ":" + f.line : "") + " " + f.function : "?"));
  return places[0] === places[1] ? places[0] : places.join("  \u2194  ");
}

/* What stands at the end of a race's line. */
function marks(race) {
  const said = race.standing !== "new" ? race.standing : data.baseline ? "new" : "";
  return make("span", { class: "marks" },
    said ? make("span", { class: "standing " + race.standing }, said) : null,
    make("span", { class: "times", title: "occurrences" }, "\u00d7" + race.count.toLocaleString("en")));
}

/* The line of a race, a heading of that level, drawn when it is first shown. */
function rowOf(race, level) {
  if (!race.head || race.headingLevel !== level) {
    race.headingLevel = level;
    race.head = make("button",
      { type: "button", class: "head", "aria-expanded": "false", "aria-controls": "detail-" + race.index },
      make("span", { class: "verdict", "data-level": race.level },
        race.verdict, make("span", { class: "aside" }, ", " + race.level + ", ")),
      make("span", { class: "name" }, race.name),
      make("span", { class: "id" }, race.id),
      make("span", { class: "at" }, where(race)),
      marks(race));
    race.head.addEventListener("click", () => toggle(race, !race.open));
    race.row = make("div", { class: race.standing === "new" ? "row" : "row accepted-row" },
      make("h" + level, null, race.head));
  }
  if (race.open !== (race.row.lastChild.className === "detail")) {
    race.head.setAttribute("aria-expanded", String(race.open));
    if (race.open) {
      race.row.append(detail(race, level + 1));
      race.row.querySelectorAll(".source").forEach(bringMarkIntoSight);
    } else {
      race.row.lastChild.remove();
    }
  }
  return race.row;
}

/* Draws an entry anew: its first race that is shown, and when the entry is open the others below. */
function draw(entry) {
  const shown = entry.races.filter((race) => race.shown);
  const [lead, ...others] = shown;
  const parts = [rowOf(lead, 3)];
  if (others.length) {
    const more = make("button", { type: "button", class: "others", "aria-expanded": String(entry.open) },
      (entry.open ? "" : "and ") + count(others.length, "more race") + " of the same defect");
    more.addEventListener("click", () => {
      entry.open = !entry.open;
      draw(entry);
      entry.item.querySelector(".others").focus();
    });
    parts.push(more);
    if (entry.open) {
      parts.push(make("div", { class: "related" }, ...others.map((race) => rowOf(race, 4))));
    }
  }
  entry.item.replaceChildren(...parts);
  entry.drawn = shown.map((race) => race.index).join();
}

function toggle(race, open) {
  if (open !== race.open) {
    race.open = open;
    rowOf(race, race.headingLevel || 3);
  }
}

/* Makes the line of a race that is shown visible, whatever its entry shows now. */
function reveal(race) {
  const entry = race.entry;
  if (entry.races.find((other) => other.shown) !== race && !entry.open) {
    entry.open = true;
    draw(entry);
  }
}

const races = data.races.map((race, index) => ({ ...race, index, open: false, shown: true }));
const entries = data.defects.map((numbers) => {
  const entry = { races: numbers.map((n) => races[n]), open: false, drawn: "", item: make("li", { class: "entry" }) };
  entry.races.forEach((race) => { race.entry = entry; });
  return entry;
});

/* Shows the races that are marked as shown. */
function update() {
  const visibleEntries = entries.filter((entry) => entry.races.some((race) => race.shown));
  for (const entry of visibleEntries) {
    const shown = entry.races.filter((race) => race.shown).map((race) => race.index).join();
    if (shown !== entry.drawn) {
      draw(entry);
    }
  }
  // replaced, not hidden: laying out a list with thousands of hidden items takes seconds (Chromium 156)
  list.replaceChildren(...visibleEntries.map((entry) => entry.item));
  return visibleEntries.length;
}

/* Goes to the next or previous line, from the one that has the focus. */
function step(by) {
  const heads = [...list.querySelectorAll(".head")];
  const rows = [...list.querySelectorAll(".row")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = heads[at < 0 ? (by > 0 ? 0 : heads.length - 1) : Math.min(Math.max(at + by, 0), heads.length - 1)];
  if (next) {
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

let openedForPaper = [];
window.addEventListener("beforeprint", () => {
  openedForPaper = races.filter((race) => race.shown).slice(0, PRINTED).filter((race) => !race.open);
  entries.filter((entry) => entry.item.isConnected).forEach((entry) => {
    entry.wasOpen = entry.open;
    entry.open = true;
    draw(entry);
  });
  openedForPaper.forEach((race) => toggle(race, true));
});
window.addEventListener("afterprint", () => {
  openedForPaper.forEach((race) => toggle(race, false));
  openedForPaper = [];
  entries.filter((entry) => entry.item.isConnected).forEach((entry) => {
    entry.open = entry.wasOpen === true;
    draw(entry);
  });
});
