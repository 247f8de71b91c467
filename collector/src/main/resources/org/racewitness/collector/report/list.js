/* The list of races: its lines, the filter, keyboard, links and paper. */
const PRINTED = 100;
const list = document.getElementById("list");

function where(race) {
  const places = race.sides.map(innermost)
    .map((f) => (f ? baseName(f) + (f.line > 0 ? ":" + f.line : "") + " " + f.function : "?"));
  return places[0] === places[1] ? places[0] : places.join("  \u2194  ");
}

/* The line of a race in the list, kept with it. */
function row(race) {
  const head = make("button",
    { type: "button", class: "head", "aria-expanded": "false", "aria-controls": "detail-" + race.index },
    make("span", { class: "id" }, race.id),
    make("span", { class: "verdict", "data-level": race.level },
      race.verdict, make("span", { class: "aside" }, ", " + race.level)),
    make("span", { class: "name" }, race.name),
    make("span", { class: "at" }, where(race)),
    make("span", { class: "times", title: "occurrences" },
      race.suppressed !== null ? "suppressed" : "\u00d7" + race.count.toLocaleString("en")));
  const item = make("li", { class: race.suppressed !== null ? "race suppressed" : "race" }, make("h3", null, head));
  head.addEventListener("click", () => toggle(race, !race.open));
  race.item = item;
  race.head = head;
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
  for (const race of races) {
    const kind = race.suppressed !== null ? showSuppressed : shownVerdicts.has(race.verdict);
    race.shown = kind && matches(race, words);
  }
  const shown = races.filter((race) => race.shown);
  // replaced, not hidden: laying out a list with thousands of hidden items takes seconds (Chromium 156)
  list.replaceChildren(...shown.map((race) => race.item));
  document.getElementById("nothing").hidden = shown.length > 0;
  status.textContent = shown.length === races.length ? count(races.length, "race")
    : shown.length.toLocaleString("en") + " of " + count(races.length, "race");
}

function showAll() {
  query.value = "";
  chips.forEach((chip) => chip.setAttribute("aria-pressed", "true"));
  filter();
}

for (const chip of chips) {
  chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(!pressed(chip)));
    filter();
  });
}
query.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());

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
    if (!race.shown) {
      showAll();
    }
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

const races = data.races.map((race, index) => ({ ...race, index, open: false, shown: true }));
races.forEach(row);
form.hidden = false;
document.getElementById("query-help").hidden = false;
filter();
if (!openLinked() && races.length) {
  toggle(races[0], true);
}
