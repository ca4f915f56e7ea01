// Keyboard shortcuts, and the list of them. `addKey` is for other modules.

import { byId, element, on } from "./state.js";
import { nextFinding } from "./editor.js";
import { askSubject } from "./issues.js";
import { saveNow } from "./saving.js";
import { focusPane, togglePane } from "./panes.js";
import { toLetter } from "./jump.js";
import { t } from "./words.js";

const PANES = ["issues", "write", "letter", "panel", "replies"];
const SHOWN = [ // what the list says beside the shortcuts of the table below
  ["Ctrl S", "keys.save"], ["Alt 1–5", "keys.pane"], ["Alt Shift 1–5", "keys.hide"], ["F8, Shift F8", "keys.next"],
  ["Alt N", "keys.new"], ["Ctrl F", "keys.find"], ["Ctrl Z, Ctrl Y", "keys.undo"], ["Ctrl Enter", "keys.letter"],
  ["Tab", "keys.tab"], ["← →", "keys.grip"], ["F1", "keys.help"], ["", "keys.click"],
];
const table = new Map();

// `combination` is such as "ctrl+KeyS": modifiers ctrl (or Cmd), alt, shift in that order, then event.code.
// `shown` and `key` put it on the list: what to press, and the words' key for what it does.
export function addKey(combination, act, shown, key) {
  table.set(combination, act);
  if (shown) listKey(shown, key);
}

// Only on the list: a key that counts in one pane, which listens for it itself.
export const listKey = (shown, key) => SHOWN.push([shown, key]);

addKey("ctrl+KeyS", saveNow);
addKey("ctrl+Enter", toLetter);
addKey("alt+KeyN", askSubject);
addKey("F1", showKeys);
addKey("F8", nextFinding);
PANES.forEach((pane, index) => {
  addKey(`alt+Digit${index + 1}`, () => focusPane(pane));
  addKey(`alt+shift+Digit${index + 1}`, () => togglePane(pane));
});

export function showKeys() {
  byId("keys-list").replaceChildren(...SHOWN.flatMap(([shown, key]) => {
    const presses = shown.split(", ").filter(Boolean).flatMap((one, index) => [index ? ", " : "", ...one.split(" ").map((part) => element("kbd", "", part))]);
    return [element("dt", "", ...presses), element("dd", "", t(key))];
  }));
  byId("keys").showModal();
}

export const isTyping = (target) => target.closest?.("input, textarea, select, [contenteditable]");

addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const parts = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "", event.shiftKey ? "shift" : ""];
  const act = table.get([...parts.filter(Boolean), event.code].join("+"));
  if (act) {
    event.preventDefault();
    act();
  } else if (event.key === "?" && !isTyping(event.target)) {
    event.preventDefault();
    showKeys();
  }
}, { capture: true });

byId("help").addEventListener("click", showKeys);
byId("keys-close").addEventListener("click", () => byId("keys").close());
on("words", () => {
  if (byId("keys").open) byId("keys").close();
});
