// Search without a server: the words of every letter are fetched once, when somebody begins to type.
"use strict";

const form = document.querySelector("form.search");
const field = form.querySelector("input");
const said = form.querySelector(".found");
const results = form.querySelector(".results");
const all = document.querySelector(".all");
const lang = document.documentElement.lang;
const days = new Intl.DateTimeFormat(lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const MOST = 50;
let letters = null;

const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f\u00ad]/g, "").toLowerCase();

function fetchLetters() {
  letters ??= fetch(form.dataset.index)
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(answer.status))))
    .then((found) => found.map((one) => ({ ...one, title_: fold(one.title), all_: fold(`${one.title} ${one.tags.join(" ")} ${one.text}`) })));
  return letters;
}

function add(parent, name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return parent.appendChild(made);
}

// What stands around the first of the words, that word marked.
function addPassage(item, letter, words) {
  const text = fold(letter.text).length === letter.text.length ? letter.text : fold(letter.text);
  const folded = fold(text);
  const hits = words.map((word) => [folded.indexOf(word), word.length]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0]);
  const [at, length] = hits[0] ?? [0, 0];
  const from = at > 60 ? text.indexOf(" ", at - 60) + 1 : 0;
  const passage = add(item, "p", `${from ? "… " : ""}${text.slice(from, at)}`, { class: "line" });
  if (length) add(passage, "mark", text.slice(at, at + length));
  passage.append(`${text.slice(at + length, at + length + 110)} …`);
}

function show(found, words) {
  results.replaceChildren();
  for (const letter of found.slice(0, MOST)) {
    const item = add(results, "li", "");
    add(add(item, "p", "", { class: "day" }), "time", days.format(new Date(`${letter.day}T00:00:00Z`)), { datetime: letter.day });
    add(add(item, "h2", "", { lang: letter.lang }), "a", letter.title, { href: form.dataset.root + letter.path });
    addPassage(item, letter, words);
  }
}

async function search() {
  const words = fold(field.value).split(/\s+/).filter(Boolean);
  results.hidden = words.length === 0;
  all.hidden = words.length > 0;
  if (words.length === 0) {
    said.textContent = "";
    return;
  }
  try {
    const asked = field.value;
    const known = await fetchLetters();
    if (asked !== field.value) return;
    const found = known.filter((one) => words.every((word) => one.all_.includes(word)));
    const titled = (one) => words.every((word) => one.title_.includes(word));
    show([...found.filter(titled), ...found.filter((one) => !titled(one))], words);
    const count = found.length;
    said.textContent = count === 0 ? form.dataset.none : count === 1 ? form.dataset.one : form.dataset.many.replace("#", count);
  } catch {
    letters = null;
    results.hidden = true;
    all.hidden = false;
    said.textContent = form.dataset.failed;
  }
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("focus", () => fetchLetters().catch(() => { letters = null; }));
field.addEventListener("input", search);
if (field.value) search(); // what was typed before going back
