// What the page says, in the author's language: from the browser, with a switch. `t("key", {name: value})`.

import { en } from "./words.en.js";
import { dutch, nl } from "./words.nl.js";
import { byId, tell } from "./state.js";

const WORDS = { en: { ...en }, nl: { ...nl } };
const KEPT = "newsletter.language";
let language = localStorage.getItem(KEPT) || (navigator.language.startsWith("nl") ? "nl" : "en");
if (!WORDS[language]) language = "en";

// Adds words for another module: addWords({ en: { key: "…" }, nl: { key: "…" } }).
export function addWords(more) {
  for (const [code, words] of Object.entries(more)) Object.assign(WORDS[code], words);
  translate();
}

export function t(key, values = {}) {
  const text = WORDS[language][key] ?? WORDS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// Keys come in pairs: `key.one` and `key.many`.
export const plural = (key, count) => t(`${key}.${count === 1 ? "one" : "many"}`, { count });
export const phrases = () => (language === "nl" ? dutch : {});
export const currentLanguage = () => language;
export const decimal = (number) => number.toLocaleString(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

// Elements say what they want: data-t (text), data-t-label (aria-label), data-t-title.
export function translate(root = document) {
  for (const one of root.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of root.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", t(one.dataset.tLabel));
  for (const one of root.querySelectorAll("[data-t-title]")) one.title = t(one.dataset.tTitle);
}

function speak(code) {
  language = code;
  document.documentElement.lang = code;
  byId("language").value = code;
  translate();
  tell("words", code);
}

byId("language").addEventListener("change", (event) => {
  localStorage.setItem(KEPT, event.target.value);
  speak(event.target.value);
});
speak(language);
