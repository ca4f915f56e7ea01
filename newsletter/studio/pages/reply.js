// One mail: what its writer says, what was left out and why, the original, its tags and what can be done with it.

import { choice, element, on, tell } from "./state.js";
import { ask, post } from "./talk.js";
import "./words.replies.js";
import { currentLanguage, plural, t } from "./words.js";
import { announce } from "./announce.js";
import { isShown } from "./panes.js";
import { problemWords } from "./said.js";
import { renew } from "./renew.js";
import { carry, quote } from "./quoting.js";
import { original } from "./original.js";
import { answer, askConsent } from "./replying.js";

const ASKS = ["unsubscribe", "change_address", "forget"];
export const box = element("article", "");
let mail = null; // the one that is shown, as the server tells it
let isWhole = false; // its original is shown
let turn = 0;

export const heading = () => box.querySelector("h2") || box;

function button(key, act, kind = "") {
  const made = element("button", kind, t(key));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

// --- showing ----------------------------------------------------------------------------------------------

export async function show(number) {
  const mine = ++turn;
  isWhole = false;
  if (!number) {
    mail = null;
    return draw();
  }
  const found = await ask(`/replies/${encodeURIComponent(number)}`);
  if (!found || mine !== turn) return;
  mail = found;
  draw();
  box.scrollTop = 0;
  if (mail.state === "new") move("seen", {});
}

function facts() {
  const at = new Date(mail.at).toLocaleString(currentLanguage(), { dateStyle: "long", timeStyle: "short" });
  const kind = mail.kind && mail.kind !== "human" ? t(`kind.${mail.kind}`) : "";
  const state = ["waiting", "parked", "answered", "archived"].includes(mail.state) ? t(`mailstate.${mail.state}`) : "";
  return [at, mail.issue && t("reply.to_issue", { issue: mail.issue }), kind, state].filter(Boolean).join(" · ");
}

function asks() {
  return mail.intents.filter(({ intent }) => ASKS.includes(intent)).map(({ intent, excerpt }) => {
    const says = element("p", "", element("strong", "", t(`reply.asks.${intent}`)), ` “${excerpt}”`);
    const state = mail.acts[intent];
    const command = element("code", "", `newsletter replies act ${mail.number} ${intent}`);
    const follows = state === "proposed" ? [t("reply.do"), " ", command] : state ? [t(`reply.act.${state}`)] : [];
    return element("div", "asks", says, ...(follows.length ? [element("p", "", ...follows)] : []));
  });
}

function words() {
  const text = element("div", "words", mail.text.trim() ? mail.text : element("span", "soft", mail.trouble || t("reply.says_nothing")));
  text.id = "reply-words";
  text.dir = "auto";
  text.lang = ""; // nobody knows
  text.addEventListener("dragstart", (event) => carry(event, mail.number, selected()));
  return text;
}

// The words of the mail that are selected.
function selected() {
  const found = getSelection();
  const text = box.querySelector(".words");
  return found.rangeCount && text?.contains(found.anchorNode) && text.contains(found.focusNode) ? found.toString() : "";
}

function pieces() {
  if (!mail.pieces.length) return [];
  const each = mail.pieces.map(({ kind, rule, text }) => {
    const pre = element("pre", "", text);
    pre.dir = "auto";
    return element("li", "", element("p", "soft", `${t(`piece.${kind}`)} · `, element("code", "", rule)), pre);
  });
  return [element("details", "pieces", element("summary", "", plural("reply.left_out", mail.pieces.length)), element("ul", "", ...each))];
}

function attachments() {
  if (!mail.attachments.length) return [];
  const each = mail.attachments.map(({ name, type, size }) =>
    element("li", "", element("code", "", name || "?"), ` ${type}, ${Math.max(1, Math.round(size / 1000)).toLocaleString(currentLanguage())} kB`));
  return [element("section", "attached", element("h3", "", t("reply.attached")), element("ul", "", ...each))];
}

function consent() {
  const name = mail.consent || "none";
  const line = element("p", "consent-line", element("span", `chip consent ${name}`, t(`consent.${name}`)), " ", t(`consent.${name}.says`));
  if (name !== "none") return line;
  const ask = button("consent.ask", () => askConsent(mail.number, held || selected(), refresh));
  ask.addEventListener("mousedown", keepSelection);
  line.append(" ", ask);
  return line;
}

function buttons() {
  const put = button("reply.quote", putIn, "strong");
  put.title = t("reply.quote_how");
  put.draggable = true;
  put.addEventListener("dragstart", (event) => carry(event, mail.number, selected()));
  put.addEventListener("mousedown", keepSelection);
  const isAway = mail.state === "archived";
  const isOut = ["waiting", "parked"].includes(mail.state); // the program has not read it: it stays where it is
  const whole = button(isWhole ? "reply.clean" : "reply.original", toggle, "whole");
  return element("div", "acts",
    ...(mail.quotable.trim() ? [put] : []),
    ...(mail.has_original ? [whole] : []),
    ...(isOut ? [] : [button("reply.answer", reply)]),
    ...(isOut ? [] : [button(isAway ? "reply.unarchive" : "reply.archive", away)]),
    ...(isOut || isAway ? [] : [button(mail.is_unread ? "reply.read" : "reply.unread", unread)]));
}

// What was selected when the button was pressed counts, although pressing it may end the selection.
let held = "";
function keepSelection() {
  held = selected();
}

function tags() {
  const input = element("input", "");
  Object.assign(input, { id: "add-tag", type: "text", autocomplete: "off", maxLength: 60, placeholder: t("reply.add_tag") });
  input.setAttribute("aria-label", t("reply.add_tag"));
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !input.value.trim()) return;
    event.preventDefault();
    tag({ add: input.value });
  });
  const each = mail.tags.map((one) => {
    const gone = button("reply.remove_tag", () => tag({ remove: one }), "chip tag");
    gone.textContent = `#${one} ×`;
    gone.setAttribute("aria-label", t("reply.remove_tag", { tag: one }));
    return gone;
  });
  const made = element("div", "tags", ...each, input);
  made.setAttribute("role", "group");
  made.setAttribute("aria-label", t("reply.tags"));
  return made;
}

function draw() {
  if (!mail || mail.refused) {
    box.replaceChildren(element("p", "soft choose", mail ? problemWords(mail.refused) : t("replies.choose")));
    if (mail) box.prepend(button("reply.back", () => tell("back"), "back"));
    return;
  }
  const name = element("h2", "", mail.name || mail.address || t("replies.nobody"));
  name.tabIndex = -1;
  const address = mail.name && mail.address ? [element("p", "soft address", mail.address)] : [];
  const top = element("div", "top", button("reply.back", () => tell("back"), "back"), name, ...address,
    element("p", "subject", mail.subject), element("p", "soft facts", facts()));
  const inside = isWhole ? [original(mail.number)] : [words(), ...pieces()];
  box.replaceChildren(top, ...asks(), buttons(), ...inside, ...attachments(),
    ...(mail.quotable.trim() ? [consent()] : []), ...(mail.has_original ? [] : [element("p", "soft", t("reply.no_original"))]), tags());
}

// --- doing ------------------------------------------------------------------------------------------------

async function putIn() {
  const some = held || selected();
  held = "";
  await quote(mail.number, some);
}

const reply = () => answer(mail.number, refresh);

function toggle() {
  isWhole = !isWhole;
  const hadFocus = box.contains(document.activeElement);
  draw();
  if (hadFocus) (box.querySelector(".acts .whole") || heading()).focus();
}

let last = Promise.resolve(); // changes wait for each other, so that the last one asked for is the last one made

// Tells the server, and keeps what came of it; false when it refused.
function change(address, words) {
  const { number } = mail;
  last = last.then(async () => {
    const found = await post(`/replies/${number}/${address}`, words);
    if (!found || found.refused) {
      announce(found ? problemWords(found.refused) : t("no_answer"), { isShown: true });
      lookAgain();
      return false;
    }
    if (mail?.number === number) Object.assign(mail, found);
    tell("mail");
    return mail?.number === number;
  });
  return last;
}

async function move(address, words) {
  if (!(await change(address, words))) return false;
  mail.is_unread = mail.state === "new";
  redraw();
  return true;
}

async function tag(words) {
  if (!(await change("tags", words))) return;
  redraw();
  const input = box.querySelector("#add-tag");
  if (input?.value === words.add) input.value = ""; // unless another is being typed already
  input?.focus();
}

// Draws anew what may have changed, but not the words, in which something may be selected.
function redraw() {
  const parts = "button, input, h2";
  const focused = document.activeElement;
  const at = [...box.querySelectorAll(parts)].indexOf(focused);
  box.querySelector(".facts").textContent = facts();
  for (const [place, make] of [[".acts", buttons], [".tags", tags], [".consent-line", consent]]) {
    const old = box.querySelector(place);
    if (old) renew(old, make());
  }
  if (at >= 0 && !focused.isConnected) ([...box.querySelectorAll(parts)][at] || heading()).focus({ preventScroll: true });
}

async function away() {
  const isAway = mail.state === "archived";
  const isMoved = await move("state", { state: isAway ? "read" : "archived" });
  if (isMoved) announce(t(isAway ? "reply.unarchived" : "reply.archived"), { isShown: true });
}

async function unread() {
  const { number } = mail;
  await last; // opening it may be about to make it read
  if (mail?.number === number) move("state", { state: mail.is_unread ? "read" : "new" });
}

const ACTS = {
  original: () => mail.has_original && toggle(),
  quote: () => mail.quotable.trim() && putIn(),
  answer: () => !["waiting", "parked"].includes(mail.state) && reply(),
  tag: () => box.querySelector("#add-tag")?.focus(),
  away: () => !["waiting", "parked"].includes(mail.state) && away(),
  unread: () => ["new", "read", "answered"].includes(mail.state) && unread(),
};

// Does to the mail that is shown what a key asks for.
export function act(name) {
  if (mail && !mail.refused) ACTS[name]();
}

box.id = "reply";
box.tabIndex = 0; // it may scroll
on("words", draw);
on("change", () => { // what readers allow may have been written down
  if (mail && !mail.refused && choice.reply && isShown("replies")) refresh();
});

addEventListener("focus", lookAgain);

// A mail that was removed meanwhile, as its writer may have wished, is no longer shown.
async function lookAgain() {
  if (!mail || mail.refused) return;
  const { number } = mail;
  const found = await ask(`/replies/${number}`);
  if (!found?.refused || mail?.number !== number) return;
  mail = found;
  draw();
}

async function refresh() {
  const { number, text } = mail;
  const found = await ask(`/replies/${number}`);
  if (!found || mail?.number !== number) return;
  mail = found;
  if (mail.refused) return draw();
  tell("mail");
  if (mail.text === text) redraw();
  else draw();
}

draw();
