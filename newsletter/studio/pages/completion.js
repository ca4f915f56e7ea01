// What the editor offers to complete: keys of the front matter, directives, slots.

import { on } from "./state.js";
import { ask } from "./talk.js";

let words = null;
let asking = null; // the question under way, as a promise

// Asked for again with each text, because newsletter.toml may have other fields by then.
on("source", (source) => {
  if (source) asking = load();
});

async function load() {
  const found = await ask("/vocabulary");
  if (found && !found.refused) words = found;
}

const options = (some, type) => some.map(({ word, detail, insert }) => ({
  label: word,
  detail,
  type,
  apply(view, _chosen, from, to) {
    const isClosed = /^\s*\}\}/.test(view.state.sliceDoc(to, to + 5));
    const text = isClosed ? word : insert; // what closes a slot may be there already
    view.dispatch({ changes: { from, to, insert: text }, selection: { anchor: from + text.length }, userEvent: "input.complete" });
  },
}));

function isInFrontMatter(state, line) {
  if (state.doc.line(1).text !== "---" || line.number === 1) return false;
  for (let number = 2; number < line.number; number += 1) {
    if (state.doc.line(number).text === "---") return false;
  }
  return true;
}

// What is typed before the words are known is offered them when they come.
export function complete(context) {
  return words ? offered(context) : asking?.then(() => words && offered(context));
}

function offered(context) {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const slot = /\{\{\s*(\w*)$/.exec(before);
  if (slot) return { from: context.pos - slot[1].length, options: options(words.slots, "variable") };
  const directive = /^\s*:::\s*(\w*)$/.exec(before);
  if (directive) return { from: context.pos - directive[1].length, options: options(words.directives, "keyword") };
  const key = /^(\w*)$/.exec(before);
  if (key && (key[1] || context.explicit) && isInFrontMatter(context.state, line)) {
    return { from: line.from, options: options(words.keys, "property") };
  }
  return null;
}
