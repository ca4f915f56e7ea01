// What leaves for a reader: an answer, or the question whether they may be quoted. Nothing leaves without a yes here.

import { element } from "./state.js";
import { ask, post } from "./talk.js";
import { button, dialogOf } from "./actions.js";
import { announce } from "./announce.js";
import { problemWords, said } from "./said.js";
import "./words.replies.js";
import { t, translate } from "./words.js";

const KEPT = `newsletter.answer.${document.querySelector('meta[name="newsletter-project"]').content}.`;
let number = 0; // the mail it is about
let after = () => {}; // what to do once a mail left

function says(box, kind, text) {
  box.replaceChildren(element("p", kind, text));
}

// Who gets it, and which way it goes.
function way(box, found) {
  const leaves = element("strong", "", t(found.leaves ? "trial.leaves" : "trial.stays"));
  box.replaceChildren(t("answer.to", { to: found.to }), " ", t("trial.through", { provider: said(found.provider) }), " ", leaves);
}

// What became of a mail; true when it left. Where it is to be settled, `command` does that.
function outcome(box, found, command = "") {
  if (!found || found.refused) {
    says(box, "refused", found ? problemWords(found.refused) : t("no_answer"));
    return false;
  }
  const isGone = !found.outcome || found.outcome === "accepted";
  if (!isGone) {
    says(box, "refused", `${t(`answer.${found.outcome}`)} ${said(found.detail)}`);
    box.append(element("p", "", t("answer.settle"), " ", element("code", "", command)));
  }
  return isGone;
}

// --- an answer --------------------------------------------------------------------------------------------

const text = element("textarea", "");
const toWhom = element("p", "way");
const further = element("p", "soft");
const told = element("div", "result");
const send = button("answer.send", sendAnswer, "strong");
const label = element("label", "");
text.id = "answer-text";
text.rows = 14;
label.htmlFor = text.id;
label.dataset.t = "answer.text";
told.setAttribute("role", "status");
const writing = dialogOf("answer", "answer.title", toWhom, further, label, text, told,
  element("p", "buttons", button("close", () => writing.close()), send));
writing.classList.add("letter");
let quoted = ""; // what stands below the author's words
let answered = 0; // how many answers had left when it was opened

// Opens an answer to mail `about`; `done` is called once it left. What was typed before is still there.
export async function answer(about, done) {
  [number, after] = [about, done];
  const found = await ask(`/replies/${number}/answer`);
  told.replaceChildren();
  toWhom.textContent = further.textContent = "";
  send.disabled = !found || Boolean(found.refused);
  text.disabled = send.disabled;
  if (send.disabled) outcome(told, found);
  else {
    way(toWhom, found);
    [quoted, answered] = [found.quoted, found.answered];
    further.textContent = answered ? t("answer.further") : "";
    text.value = localStorage.getItem(KEPT + number) || `\n\n${quoted}\n`;
  }
  writing.showModal();
  if (send.disabled) return;
  text.focus();
  text.setSelectionRange(0, 0);
  text.scrollTop = 0;
}

async function sendAnswer() {
  send.disabled = true;
  says(told, "soft", t("trial.busy"));
  const found = await post(`/replies/${number}/answer`, { text: text.value, answered: answered ? String(answered) : null });
  send.disabled = false;
  const more = found?.outcome === "rejected" ? " --again" : "";
  if (!outcome(told, found, `newsletter replies answer ${number}${more}`)) return;
  localStorage.removeItem(KEPT + number);
  writing.close();
  announce(t("answer.accepted", { to: found.to }), { isShown: true });
  after();
}

text.addEventListener("input", () => {
  if (text.value.trim() === quoted.trim()) localStorage.removeItem(KEPT + number);
  else localStorage.setItem(KEPT + number, text.value);
});

// --- the question -----------------------------------------------------------------------------------------

const unnamed = element("input", "");
const unnamedLabel = element("label", "tick");
const asked = element("p", "way");
const preview = element("pre", "");
const heard = element("div", "result");
const put = button("ask.send", sendQuestion, "strong");
unnamed.type = "checkbox";
const unnamedWords = element("span", "");
unnamedWords.dataset.t = "ask.unnamed";
unnamedLabel.append(unnamed, unnamedWords);
preview.tabIndex = 0; // it may scroll
preview.setAttribute("role", "region");
preview.dataset.tLabel = "ask.text";
heard.setAttribute("role", "status");
const asking = dialogOf("ask-consent", "ask.title", asked, unnamedLabel, preview, heard,
  element("p", "buttons", button("close", () => asking.close()), put));
asking.classList.add("letter");
let words = "";

const question = () => ({ words: words || null, anonymous: unnamed.checked ? "yes" : null });

// Shows the mail that asks for `some` words of mail `about`, or for all that may be quoted.
export async function askConsent(about, some, done) {
  [number, words, after] = [about, some, done];
  unnamed.checked = false;
  await showQuestion();
  asking.showModal();
}

async function showQuestion() {
  const found = await post(`/replies/${number}/question`, question());
  heard.replaceChildren();
  asked.textContent = preview.textContent = "";
  put.disabled = !found || Boolean(found.refused);
  preview.hidden = put.disabled;
  if (put.disabled) return outcome(heard, found);
  way(asked, found);
  preview.textContent = found.text;
  return true;
}

async function sendQuestion() {
  put.disabled = true;
  says(heard, "soft", t("trial.busy"));
  const found = await post(`/replies/${number}/ask`, question());
  put.disabled = false;
  if (!outcome(heard, found, `newsletter replies quote ${number}`)) return;
  asking.close();
  announce(t("ask.accepted"), { isShown: true });
  after();
}

unnamed.addEventListener("change", showQuestion);
translate();
