// The languages of one issue: a switch over the letter, from one file of it to another.

import { byId, choice, choose, element, on } from "./state.js";
import { ask } from "./talk.js";
import { t } from "./words.js";

const group = element("div", "choices");
let lines = [];

// `issues` are those of the list; a file that was chosen from elsewhere has no others.
export function showLanguages(issues) {
  lines = issues;
  show();
}

function show() {
  const own = lines.find(({ name }) => name === choice.issue);
  const siblings = own?.lang ? lines.filter(({ key, lang }) => lang && key === own.key) : [];
  group.hidden = siblings.length < 2;
  const wanted = JSON.stringify(siblings.map(({ name }) => name).sort());
  if (group.dataset.names !== wanted) { // a click must not fall between a button and its like
    group.dataset.names = wanted;
    group.replaceChildren(...siblings.sort((one, other) => (one.lang < other.lang ? -1 : 1)).map(button));
  }
  for (const one of group.children) one.setAttribute("aria-pressed", String(one.dataset.name === choice.issue));
}

function button({ name, lang }) {
  const made = element("button", "", lang.toUpperCase());
  made.type = "button";
  made.dataset.name = name;
  made.addEventListener("click", () => choose({ issue: name }));
  return made;
}

// A reader who was chosen is shown the letter in the language they get.
async function follow() {
  const { issue, reader } = choice;
  if (!reader || group.hidden) return;
  const found = await ask(`/language/${encodeURIComponent(issue)}?${new URLSearchParams({ as: reader })}`);
  if (found?.name && choice.issue === issue && choice.reader === reader) choose({ issue: found.name });
}

function name() {
  group.setAttribute("aria-label", t("languages"));
}

Object.assign(group, { id: "languages", hidden: true });
group.setAttribute("role", "group");
byId("toolbar-views").prepend(group);
on("choice", (names) => {
  if (names.has("issue")) show();
  else if (names.has("reader")) follow();
});
on("words", name);
name();
