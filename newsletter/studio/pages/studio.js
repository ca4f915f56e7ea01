// Starts the page and leads what comes in to those it concerns.

import { choice, on, pause, remember, studio } from "./state.js";
import { translate } from "./words.js";
import { connect } from "./follow.js";
import { show, showView } from "./letter.js";
import { isDirty, showDiagnostics } from "./editor.js";
import { draw } from "./drafting.js";
import { follow, open } from "./saving.js";
import { loadChoices } from "./issues.js";
import { allFindings } from "./findings.js";
import "./views.js";
import "./panes.js";
import "./jump.js";
import "./keys.js";
import "./here.js";
import "./looks.js";
import "./readers.js";
import "./about.js";
import "./inbox.js";
import "./actions.js";
import "./replies.js";

let asked = ""; // the issue whose letter was asked for
let turn = 0;

async function changed(letter) {
  const mine = ++turn;
  const isOther = asked !== choice.issue;
  asked = choice.issue;
  if (letter && letter.refused) {
    await pause(120); // an editor may be half-way through writing the file
    if (mine !== turn) return;
  }
  if (isDirty()) draw(); // the page's text counts, in a template that may have changed
  else if (letter) await show(letter, isOther);
  if (mine !== turn) return;
  if (!letter || letter.refused || !studio.source || letter.digest !== studio.source.digest) await follow();
  if (mine === turn) await loadChoices(); // files may have come or gone, but the letter is painted first
}

on("change", changed);
on("choice", async (names) => {
  if (names.has("issue") && choice.issue) {
    studio.letter = null;
    await Promise.all([open(choice.issue), connect()]);
  } else if (names.has("reader") || names.has("dark")) {
    if (isDirty()) draw();
    connect();
  }
});
for (const name of ["report", "refused", "source"]) on(name, () => showDiagnostics(allFindings()));

translate();
showView();
remember();
const first = choice.issue;
const found = await loadChoices();
if (found && found.refused) await show(found, true);
if (choice.issue === first) {
  if (first) open(first);
  connect();
}
