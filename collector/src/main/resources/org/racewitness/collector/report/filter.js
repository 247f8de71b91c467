/* What of the list is shown: words, choices, verdicts; and what the page does when it opens. */

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
    is: race.standing,
  };
  fields.all = join([...Object.values(fields), race.id, race.name, race.type || "", race.fingerprint,
    ...race.sides.map((side) => side.operation)]);
  return fields;
}

function matches(race, words) {
  if (words.length && !race.fields) {
    race.fields = haystack(race);
  }
  return words.every((word) => {
    const colon = word.indexOf(":");
    const field = colon > 0 ? word.slice(0, colon) : "";
    return Object.hasOwn(race.fields, field) && field !== "all"
      ? race.fields[field].includes(word.slice(colon + 1)) : race.fields.all.includes(word);
  });
}

/* What can be chosen from: by label the values that a race has. File and function are those of the racing lines. */
const CHOICES = [
  ["Level", (race) => [race.level]],
  ["Standing", (race) => [race.standing]],
  ["File", (race) => race.sides.map(innermost).filter(Boolean).map(fileName)],
  ["Function", (race) => race.sides.map(innermost).filter(Boolean).map((frame) => frame.function)],
  ["Thread", (race) => race.sides.map(threadName)],
  ["Test", (race) => race.tests],
];
const MAX_OPTION = 60;
const ORDER = ["error", "warning", "note", "new", "known", "suppressed"];

function byRank(a, b) {
  const ranks = [ORDER.indexOf(a), ORDER.indexOf(b)];
  return ranks[0] >= 0 && ranks[1] >= 0 ? ranks[0] - ranks[1] : a < b ? -1 : a > b ? 1 : 0;
}

/* A box for each choice that has more than one value. */
function choiceBoxes() {
  return CHOICES.map(([label, values]) => {
    const counts = new Map();
    for (const race of races) {
      for (const value of new Set(values(race))) {
        counts.set(value, (counts.get(value) || 0) + 1);
      }
    }
    if (counts.size < 2) {
      return null;
    }
    const select = make("select", { id: "choose-" + label.toLowerCase() }, make("option", { value: "" }, "any"));
    const known = [...counts.keys()].sort(byRank);
    known.forEach((value, i) => {
      const text = value.length > MAX_OPTION ? "\u2026" + value.slice(-MAX_OPTION) : value;
      select.append(make("option", { value: String(i) }, text + " (" + counts.get(value).toLocaleString("en") + ")"));
    });
    const box = make("div", { class: "choice" }, make("label", { for: select.id }, label), select);
    return { box, select, known, values };
  }).filter(Boolean);
}

const form = document.getElementById("filter");
const query = document.getElementById("query");
const status = document.getElementById("status");
const clear = document.getElementById("clear");
const chips = [...form.querySelectorAll("button[aria-pressed]")];
const pressed = (chip) => chip.getAttribute("aria-pressed") === "true";
const boxes = choiceBoxes();

function filter() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const shownVerdicts = new Set(chips.filter(pressed).map((chip) => chip.dataset.verdict));
  const chosen = boxes.filter(({ select }) => select.value !== "")
    .map(({ select, known, values }) => [known[Number(select.value)], values]);
  for (const race of races) {
    race.shown = shownVerdicts.has(race.verdict)
      && chosen.every(([value, values]) => values(race).includes(value)) && matches(race, words);
  }
  const defects = update();
  const shown = races.reduce((n, race) => n + (race.shown ? 1 : 0), 0);
  document.getElementById("nothing").hidden = shown > 0;
  const of = shown === races.length ? count(shown, "race") : shown.toLocaleString("en") + " of " + count(races.length, "race");
  status.textContent = defects < shown ? of + " in " + count(defects, "defect") : of;
  clear.hidden = !words.length && !chosen.length && chips.every(pressed);
}

function showAll() {
  query.value = "";
  chips.forEach((chip) => chip.setAttribute("aria-pressed", "true"));
  boxes.forEach(({ select }) => { select.value = ""; });
  filter();
}

for (const chip of chips) {
  chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(!pressed(chip)));
    filter();
  });
}
for (const { box, select } of boxes) {
  document.getElementById("choices").append(box);
  select.addEventListener("change", filter);
}
query.addEventListener("input", filter);
clear.addEventListener("click", () => {
  showAll();
  query.focus();
});
form.addEventListener("submit", (event) => event.preventDefault());

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement) {
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
    reveal(race);
    toggle(race, true);
    race.head.focus();
    race.row.scrollIntoView({ block: "start" });
  }
  return Boolean(race);
}
window.addEventListener("hashchange", openLinked);

form.hidden = false;
document.getElementById("query-help").hidden = false;
filter();
if (!openLinked() && races.length) {
  toggle(races[0], true);
}
