// The list of issues, drafts first; and the button that begins a new one.

import { byId, choice, choose, element, on, studio } from "./state.js";
import { ask, post } from "./talk.js";
import { problemWords } from "./said.js";
import { t } from "./words.js";
import { keptDraft } from "./drafts.js";
import { showReaders } from "./views.js";
import { showNothing } from "./letter.js";
import { showLanguages } from "./languages.js";

const MANY = 15; // from here on a box to search in
const search = element("input", "");
let issues = [];
let turn = 0;

export async function loadChoices() {
  const mine = ++turn;
  const asked = choice.issue;
  const found = await ask("/choices");
  if (!found) return null;
  if (found.refused || mine !== turn) return found; // a newer list was asked for
  issues = found.issues;
  byId("newsletter").textContent = found.newsletter;
  showReaders(found.readers);
  const isKept = studio.source?.name === choice.issue || keptDraft(choice.issue); // its file may be gone
  // An issue chosen since the list was asked for may be too new to stand in it.
  if (asked === choice.issue && !issues.some((issue) => issue.name === choice.issue) && !isKept) {
    choose({ issue: found.first || "" });
  }
  show();
  showLanguages(issues);
  if (!issues.length) showNothing();
  return found;
}

function parts(name) {
  const [, day, rest] = /^(\d{4}-\d{2}-\d{2})-?(.*)$/.exec(name) || [null, "", name];
  return { day, title: (rest || name).replaceAll("-", " ") };
}

function line({ name, subject, lang, is_sent: isSent }) {
  const { day, title } = parts(name);
  const button = element("button", "issue",
    element("span", "title", subject || title),
    element("span", "soft", element("span", "day", day), " ", ...(lang ? [element("span", "tongue", lang.toUpperCase()), " "] : []),
      element("span", "mark", isSent ? t("issues.sent") : "")),
  );
  button.type = "button";
  button.dataset.name = name;
  if (name === choice.issue) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => choose({ issue: name }));
  return element("li", isSent ? "sent" : "draft", button);
}

// Every word that is typed must stand in the subject or in the name of the file.
function found() {
  const words = search.hidden ? [] : search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return issues.filter(({ name, subject }) => words.every((word) => `${name} ${subject || ""}`.toLowerCase().includes(word)));
}

function show() {
  search.hidden = issues.length < MANY;
  const shown = found();
  const focused = document.activeElement?.closest?.("#list button")?.dataset.name;
  const group = (key, some) => {
    const list = element("ul", "", ...some.map(line));
    return some.length ? [element("h2", "", t(key)), list] : [];
  };
  byId("list").replaceChildren(
    ...group("issues.drafts", shown.filter((issue) => !issue.is_sent)),
    ...group("issues.were_sent", shown.filter((issue) => issue.is_sent)),
    ...(issues.length && !shown.length ? [element("p", "soft", t("issues.none"))] : []),
  );
  if (focused) byId("list").querySelector(`button[data-name="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function name() {
  search.placeholder = t("issues.find");
  search.setAttribute("aria-label", t("issues.find"));
}

export function askSubject() {
  byId("begin-trouble").hidden = true;
  byId("begin").showModal();
  byId("begin-subject").select();
}

async function begin(event) {
  event.preventDefault();
  const answer = await post("/issues", { subject: byId("begin-subject").value });
  if (!answer || answer.refused) {
    byId("begin-trouble").textContent = answer ? problemWords(answer.refused) : t("no_answer");
    byId("begin-trouble").hidden = false;
    return;
  }
  byId("begin").close();
  byId("begin-subject").value = "";
  choose({ issue: answer.name });
  await loadChoices();
}

Object.assign(search, { id: "find-issue", type: "search", autocomplete: "off", hidden: true });
byId("list").before(search);
search.addEventListener("input", show);
byId("new").addEventListener("click", askSubject);
byId("begin-form").addEventListener("submit", begin);
byId("begin-cancel").addEventListener("click", () => byId("begin").close());
on("choice", (names) => {
  if (names.has("issue")) show();
});
on("words", () => {
  name();
  show();
});
name();
