// Search without a server. The index comes in parts, of which those are loaded that the typed words need; they
// are scripts, so that the pages also work when they are opened from a disk.
"use strict";

const form = document.querySelector("form.search");
const field = form.querySelector("input");
const said = form.querySelector(".found");
const results = form.querySelector(".results");
const all = document.querySelector(".all");
const lang = document.documentElement.lang;
// Plain "en" is American to a browser; the list writes 28 November 2026.
const daysIn = (tag) =>
  new Intl.DateTimeFormat(tag === "en" ? "en-GB" : tag, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const days = daysIn(lang);
const INDEX = "search/letters.js";
const SHOWN = 20;
const PASSAGE = 180;

const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f\u00ad'\u2019]/g, "").toLowerCase();
const NO_SPACES = "\\u3040-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff"; // scripts that write words without spaces
const WORD = new RegExp(`[${NO_SPACES}]|(?:(?![${NO_SPACES}])[\\p{L}\\p{N}])+`, "gu");
const WRITTEN = new RegExp(`[${NO_SPACES}]|(?:(?![${NO_SPACES}])[\\p{L}\\p{N}\\u0300-\\u036f\\u00ad'\\u2019])+`, "gu");
const words = (text) => fold(text).match(WORD) ?? [];

// What is left of a word without its plural or other ending, in Dutch and English: brieven and brief are one.
function stem(word) {
  const bare = word
    .replace(/heden$/, "heid")
    .replace(/(?<=[^aeiou])y$/, "ie")
    .replace(/(?<=.{3})(?:en|e|s|z)+$/, "");
  return bare
    .replace(/v$/, "f")
    .replace(/([^aeiou])\1$/, "$1")
    .replace(/([aeou])\1(?=[^aeiou]$)/, "$1");
}

const fits = (word, asked) => word.startsWith(asked) || (asked.length > 3 && word.length > 3 && stem(word) === stem(asked));

const waiting = new Map();
const loaded = new Map();
globalThis.archiveSearch = (name, data) => waiting.get(name)?.(data);

function load(name) {
  if (!loaded.has(name)) {
    loaded.set(name, new Promise((give, fail) => {
      const script = document.createElement("script");
      waiting.set(name, give);
      script.addEventListener("error", () => {
        loaded.delete(name);
        fail(new Error(name));
      });
      script.src = form.dataset.root + name;
      document.head.append(script);
    }));
  }
  return loaded.get(name);
}

// Which letters each word of a part stands in.
function read(text) {
  const found = [];
  let before = "";
  for (const line of text.split("\n")) {
    const [coded, ...distances] = line.split(",");
    const word = before.slice(0, Number.parseInt(coded[0], 36)) + coded.slice(1);
    let number = 0;
    found.push([word, distances.map((one) => (number += Number.parseInt(one, 36)))]);
    before = word;
  }
  return found;
}

async function lettersWith(asked, parts) {
  const start = asked.length > 3 ? asked.slice(0, 2) : asked; // endings change more than the last letter
  const near = parts.filter(([first], place) => first <= `${start}\uffff` && (parts[place + 1]?.[0] ?? "\uffff") > start);
  const found = new Set();
  for (const text of await Promise.all(near.map(([, name]) => load(name)))) {
    for (const [word, numbers] of read(text)) {
      if (word.startsWith(start) && fits(word, asked)) for (const number of numbers) found.add(number);
    }
  }
  return found;
}

function add(parent, name, text, attributes = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return parent.appendChild(made);
}

// Where the asked words stand in a text: place, length and which.
function hits(text, asked) {
  const found = [];
  for (const match of text.matchAll(WRITTEN)) {
    const which = asked.findIndex((one) => words(match[0]).some((word) => fits(word, one)));
    if (which >= 0) found.push({ at: match.index, end: match.index + match[0].length, which });
  }
  return found;
}

function addMarked(parent, text, found) {
  let done = 0;
  for (const { at, end } of found) {
    parent.append(text.slice(done, at));
    add(parent, "mark", text.slice(at, end));
    done = end;
  }
  parent.append(text.slice(done));
}

// The passage in which most of the words stand, all of them marked.
function addPassage(item, text, asked) {
  const found = hits(text, asked);
  const worth = (first) => new Set(found.filter(({ at }) => at >= first.at && at < first.at + PASSAGE).map(({ which }) => which)).size;
  const best = found.reduce((one, other) => (one && worth(one) >= worth(other) ? one : other), null);
  const at = best?.at ?? 0;
  const from = at > 60 ? text.indexOf(" ", at - 60) + 1 : 0;
  const cut = text.indexOf(" ", from + PASSAGE);
  const to = cut < 0 ? text.length : cut;
  const shown = found.filter((one) => one.at >= from && one.end <= to).map((one) => ({ at: one.at - from, end: one.end - from }));
  const passage = add(item, "p", from > 0 ? "… " : "", { class: "line", dir: "auto" });
  addMarked(passage, text.slice(from, to), shown);
  if (to < text.length) passage.append(" …");
}

// Shows `found` from number `from` on; returns what to do when it is known that it is still asked for.
async function prepared(found, asked, from) {
  const shown = found.slice(from, from + SHOWN);
  const texts = await Promise.all(shown.map(([, , , , text]) => load(text).catch(() => "")));
  return () => {
    shown.forEach(([path, spoken, day, title], place) => {
      const item = add(results, "li", "");
      add(add(item, "p", "", { class: "day" }), "time", days.format(new Date(`${day}T00:00:00Z`)), { datetime: day });
      const link = add(add(item, "h2", "", { lang: spoken }), "a", "", { href: form.dataset.root + path, dir: "auto" });
      addMarked(link, title, hits(title, asked));
      if (texts[place]) addPassage(item, texts[place], asked);
    });
    if (found.length > from + SHOWN) addMore(found, asked, from + SHOWN);
  };
}

function addMore(found, asked, from) {
  const item = add(results, "li", "", { class: "more" });
  const button = add(item, "button", form.dataset.more ?? "…", { type: "button" });
  button.addEventListener("click", async () => {
    const show = await prepared(found, asked, from);
    if (!item.isConnected) return;
    item.remove();
    show();
    results.children[from]?.querySelector("a").focus();
  });
}

async function look(asked) {
  const { letters, parts } = await load(INDEX);
  const sets = await Promise.all(asked.map((one) => lettersWith(one, parts)));
  const found = letters.filter((_letter, number) => sets.every((one) => one.has(number))).reverse();
  const titled = ([, , , title]) => asked.every((one) => words(title).some((word) => fits(word, one)));
  return [...found.filter(titled), ...found.filter((one) => !titled(one))];
}

async function search() {
  const typed = field.value;
  const asked = [...new Set(words(typed))];
  if (asked.length === 0) {
    results.hidden = true;
    all.hidden = false;
    said.textContent = "";
    return;
  }
  try {
    const found = await look(asked);
    const show = await prepared(found, asked, 0);
    if (typed !== field.value) return;
    results.replaceChildren();
    show();
    results.hidden = false;
    all.hidden = true;
    const count = found.length;
    said.textContent = count === 0 ? form.dataset.none : count === 1 ? form.dataset.one : form.dataset.many.replace("#", count);
  } catch {
    if (typed !== field.value) return;
    results.hidden = true;
    all.hidden = false;
    said.textContent = form.dataset.failed;
  }
}

form.hidden = false;
form.addEventListener("submit", (event) => event.preventDefault());
field.addEventListener("focus", () => load(INDEX).catch(() => {}));
field.addEventListener("input", search);
if (field.value) search(); // what was typed before going back
