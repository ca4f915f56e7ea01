// The program's own sentences, which are English, in the author's language where the page knows them.

import { element } from "./state.js";
import { currentLanguage } from "./words.js";
import { saidInDutch } from "./words.said.nl.js";

const HOLE = /\{(\w+)\}/g;
const ONE_WORD = ["email", "field"]; // holes that hold no spaces
const patterns = Object.entries(saidInDutch).map(([english, dutch]) => {
  const plain = english.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  const shape = plain.replace(HOLE, (_, name) => (ONE_WORD.includes(name) ? "(\\S+)" : "(.+?)"));
  return { shape: new RegExp(`^${shape}$`), names: [...english.matchAll(HOLE)].map((hole) => hole[1]), dutch };
});

function translated(text) {
  if (Object.hasOwn(saidInDutch, text)) return saidInDutch[text];
  for (const { shape, names, dutch } of patterns) {
    const found = names.length && shape.exec(text);
    if (found) return dutch.replace(HOLE, (_, name) => found[names.indexOf(name) + 1]);
  }
  return null;
}

export const said = (text) => (currentLanguage() === "nl" && translated(text)) || text;

// Puts `text` on the page, marked as English where the page is not and has no other words for it.
export function saying(name, kind, text) {
  const words = said(text);
  const made = element(name, kind, words);
  if (words === text) made.lang = "en";
  return made;
}

// What is wrong and what to do, as one text: the sentences of `problems` one after another.
export const problemWords = (problems) => problems
  .map(({ what, why, fix }) => [`${said(what)}.`, why && `${said(why)}.`, fix && `→ ${said(fix)}`].filter(Boolean).join(" "))
  .join(" ");
