// Keeps the editor and the file the same: saves, follows another program, merges; no text is ever lost.

import { byId, choice, element, on, pause, studio, tell } from "./state.js";
import { ask, post, put } from "./talk.js";
import { isDirty, openText, replaceText, shut, text } from "./editor.js";
import { announce } from "./announce.js";
import { compare } from "./conflict.js";
import { dropDraft, flushDrafts, keepDraft, keptDraft } from "./drafts.js";
import { problemWords } from "./said.js";
import { t } from "./words.js";

const pauseMs = () => Number(choice.pause) || 1000; // of rest before the text saves itself
let saving = null; // the save under way, as a promise
let timer = 0;
let conflict = null; // {theirs, merged}: waits for the author
let status = "clean";

const address = (name) => `/source/${encodeURIComponent(name)}`;

function setStatus(name) {
  status = name;
  byId("saved").dataset.state = name;
  byId("saved").textContent = studio.source ? t(`saved.${name}`) : "";
  byId("file").textContent = choice.issue ? `${choice.issue}.md` : "";
}

// --- what went wrong, above the text ----------------------------------------------------------------------

function trouble(words, ...buttons) {
  if (words && words === byId("trouble").firstChild?.textContent) return; // said already
  byId("trouble").replaceChildren(...(words ? [element("span", "", words)] : []), ...buttons.map(([key, act]) => {
    const button = element("button", "", t(key));
    button.type = "button";
    button.addEventListener("click", act);
    return button;
  }));
  byId("trouble").hidden = !words;
}

function fail(problems) {
  setStatus("failed");
  trouble(problemWords(problems), ["trouble.again", save]);
}

function gone() {
  studio.source = { ...studio.source, digest: null, isGone: true };
  setStatus("failed");
  keepDraft(studio.source, text);
  trouble(t("trouble.gone", { name: studio.source.name }), ["trouble.write_again", save]);
}

// --- open -------------------------------------------------------------------------------------------------

export async function open(name) {
  if (studio.source && isDirty() && !conflict) await save();
  flushDrafts();
  conflict = null;
  const source = await ask(address(name));
  if (!source || name !== choice.issue) return;
  flushDrafts();
  trouble("");
  if (source.is_gone && keptDraft(name)) return openGone(name);
  if (source.refused || source.is_gone) {
    studio.source = null;
    openText(name, "", "");
    shut();
    setStatus("clean");
    trouble(`${t("editor.unreadable")} ${problemWords(source.refused || [])}`);
    tell("source", null);
    return;
  }
  studio.source = { ...source, name };
  openText(name, source.text, source.lang);
  setStatus("clean");
  tell("source", studio.source);
  await restore(name);
}

// The file is not there, but its text is: it went away before the page was loaded again.
function openGone(name) {
  const draft = keptDraft(name);
  studio.source = { name, text: draft.base, digest: null, lang: "", path: `issues/${name}.md`, isGone: true };
  openText(name, draft.text, "");
  gone();
  tell("source", studio.source);
  tell("typed");
}

// Puts back what was typed before the page was loaded again, unless the file has it by now.
async function restore(name) {
  const draft = keptDraft(name);
  if (!draft || draft.text === studio.source.text) return dropDraft(name);
  const theirs = studio.source;
  studio.source = { ...theirs, text: draft.base, digest: draft.digest };
  replaceText(draft.text);
  announce(t("saved.restored"));
  if (draft.digest === theirs.digest) {
    studio.source = theirs;
    changed();
  } else await meet(theirs);
  tell("typed");
}

// --- save -------------------------------------------------------------------------------------------------

function changed() {
  clearTimeout(timer);
  if (!studio.source) return;
  if (!isDirty() && !conflict) {
    dropDraft(studio.source.name);
    setStatus("clean");
    return;
  }
  keepDraft(studio.source, text);
  if (conflict || studio.source.isGone) return;
  setStatus("dirty");
  timer = setTimeout(save, pauseMs());
}

export async function save() {
  clearTimeout(timer);
  if (!studio.source) return;
  while (saving) await saving;
  if (conflict) return;
  if (!isDirty()) return setStatus("clean");
  saving = write();
  await saving;
  saving = null;
}

async function write() {
  const { name, digest } = studio.source;
  const sent = text();
  setStatus("saving");
  const answer = await put(address(name), { text: sent, base: digest });
  if (!studio.source || studio.source.name !== name) return;
  if (!answer) return setStatus("failed"); // the line tells why, and the text is kept
  if (answer.refused) return fail(answer.refused);
  if (answer.is_another) {
    if (answer.theirs) await meet(answer.theirs);
    else gone();
    return;
  }
  trouble("");
  studio.source = { ...answer, name };
  if (answer.text !== sent && text() === sent) replaceText(answer.text);
  setStatus("clean");
  changed();
}

export async function saveNow() {
  if (conflict) return look();
  await save();
  if (status === "clean") announce(t("saved.now"));
}

// --- the file is another one ------------------------------------------------------------------------------

export async function follow(isPatient = false) {
  if (!studio.source) return open(choice.issue);
  while (saving) await saving;
  const { name, digest } = studio.source;
  const theirs = await ask(address(name));
  if (!theirs || !studio.source || studio.source.name !== name) return;
  if (theirs.is_gone && !isPatient) {
    await pause(150); // an editor may put another file in its place
    return follow(true);
  }
  if (theirs.is_gone) return gone();
  if (theirs.refused) return fail(theirs.refused);
  if (theirs.digest === digest || theirs.digest === studio.source.digest) {
    if (status === "failed" && !conflict) {
      trouble("");
      setStatus("dirty");
      changed();
    }
    return;
  }
  if (!isDirty()) {
    const before = studio.source.text;
    if (!isPatient && before.startsWith(theirs.text)) {
      await pause(150); // an editor may be half-way through writing the file
      return follow(true);
    }
    studio.source = { ...theirs, name };
    replaceText(theirs.text);
    trouble("");
    setStatus("clean");
    if (before !== theirs.text) announce(t("saved.followed"));
    return;
  }
  await meet(theirs);
}

// The file and the page both changed since the same version: takes both, or asks.
async function meet(theirs) {
  clearTimeout(timer);
  const { name, text: base } = studio.source;
  const mine = text();
  const merged = await post("/merge", { base: base ?? "", mine, theirs: theirs.text });
  if (!merged || merged.refused || !studio.source || studio.source.name !== name) return setStatus("failed");
  if (merged.clashes) {
    conflict = { theirs: { ...theirs, name }, base };
    setStatus("conflict");
    trouble(t("trouble.conflict"), ["trouble.look", look]);
    keepDraft(studio.source, text);
    return;
  }
  studio.source = { ...theirs, name };
  replaceText(merged.text);
  trouble("");
  if (mine !== theirs.text) announce(t("saved.merged"));
  setStatus("dirty");
  changed();
  tell("typed");
}

async function look() {
  const { theirs, base } = conflict;
  const mine = text();
  const merged = await post("/merge", { base: base ?? "", mine, theirs: theirs.text });
  if (!merged || merged.refused) return;
  const chosen = await compare({ name: theirs.name, theirs: theirs.text, mine, merged: merged.text });
  if (chosen) await settle(theirs, mine, chosen);
}

// Every text that does not win is kept in a file first; in the editor it is one undo step away.
async function settle(theirs, mine, chosen) {
  const lost = [["mine", mine], ["theirs", theirs.text]].filter(([, content]) => content !== chosen);
  const kept = [];
  for (const [side, content] of lost) {
    const answer = await post(`/keep/${encodeURIComponent(theirs.name)}`, { side, text: content });
    if (!answer) return;
    if (answer.refused) return trouble(problemWords(answer.refused), ["trouble.look", look]);
    kept.push(answer.path);
  }
  conflict = null;
  studio.source = theirs;
  replaceText(chosen);
  trouble("");
  setStatus("dirty");
  tell("typed");
  await save();
  if (kept.length) announce(t("conflict.kept", { path: kept.join(", ") }), { isShown: true });
}

byId("save").addEventListener("click", saveNow);
on("typed", changed);
on("words", () => setStatus(status));
