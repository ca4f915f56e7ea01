// What the author chose and what is shown, shared by all modules; and how they tell each other.
//
// Events: "choice" (names that changed), "letter" (one was painted), "refused" (one could not be built),
// "report" (findings), "source" (another text is open), "typed", "caret" (line), "words" (another language), "panes" (others
// are shown).

const NAMES = { letter: "issue", as: "reader" }; // in the address: other names than here
// Also in the address: "pause", the milliseconds of rest before the text saves itself.
const told = new URLSearchParams(location.hash.slice(1));

export const choice = { issue: "", reader: "", view: innerWidth < 640 ? "375" : "600", dark: "" };
for (const [name, value] of told) choice[NAMES[name] || name] = value || "yes";

export const studio = {
  choice,
  letter: null, // the letter that is painted, as the server tells it
  report: null, // what the checks found
  source: null, // {name, text, digest, lang, path}: the version of the file the editor started from
  refused: [], // why the newest letter could not be built
};

const bus = new EventTarget();
export const on = (name, heard) => bus.addEventListener(name, (event) => heard(event.detail));
export const tell = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

export function choose(changes) {
  const names = Object.keys(changes).filter((name) => choice[name] !== changes[name]);
  Object.assign(choice, changes);
  remember();
  if (names.length) tell("choice", new Set(names));
}

export function remember() {
  const words = new URLSearchParams();
  const shown = Object.fromEntries(Object.entries(NAMES).map(([there, here]) => [here, there]));
  for (const [name, value] of Object.entries(choice)) {
    if (value) words.set(shown[name] || name, value === "yes" ? "" : value);
  }
  history.replaceState(null, "", `#${words}`);
}

export const isDark = () => Boolean(choice.dark);
export const byId = (id) => document.getElementById(id);
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export function element(name, kind, ...inside) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...inside);
  return made;
}
