// The pane of mail that came in: the list, unread first, what finds a mail in it, and the keys of the pane.

import { byId, choice, choose, element, on } from "./state.js";
import { ask } from "./talk.js";
import "./words.replies.js";
import { currentLanguage, plural, t } from "./words.js";
import { isTyping, listKey } from "./keys.js";
import { isShown } from "./panes.js";
import { problemWords } from "./said.js";
import { carry } from "./quoting.js";
import { renew } from "./renew.js";
import { act, box as mailBox, heading, show as showMail } from "./reply.js";

const KINDS = ["out_of_office", "acknowledgement", "delay", "bounce", "complaint", "mdn", "challenge", "spam"];
const REST_MS = 150; // of rest in the search box
const pane = byId("pane-replies");
const tab = document.querySelector('button[data-pane="replies"]');
const search = element("input", "");
const told = element("p", "soft out");
const list = element("div", "");
const rest = element("div", "rest");
const picks = Object.fromEntries(["issue", "tag", "kind", "where"].map((name) => [name, element("select", "")]));
let inbox = null; // as the server told it
let turn = 0;
let timer = 0;
let drawn = ""; // what stands in the list

// --- asking -----------------------------------------------------------------------------------------------

function query() {
  const asked = new URLSearchParams();
  for (const name of ["issue", "tag", "kind"]) if (picks[name].value) asked.set(name, picks[name].value);
  if (picks.where.value) asked.set("away", "");
  if (search.value.trim()) asked.set("q", search.value);
  return asked;
}

export async function load() {
  const mine = ++turn;
  const found = await ask(`/replies?${query()}`);
  if (!found || mine !== turn) return;
  inbox = found;
  if (!found.refused) tab.dataset.count = found.unread_count || "";
  draw();
}

const isFiltered = () => Boolean(query().toString());

function clear() {
  search.value = "";
  for (const pick of Object.values(picks)) pick.value = "";
  load();
}

// --- the list ---------------------------------------------------------------------------------------------

export function when(at) {
  const then = new Date(at);
  const isToday = then.toDateString() === new Date().toDateString();
  const isThisYear = then.getFullYear() === new Date().getFullYear();
  const form = isToday ? { timeStyle: "short" } : { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) };
  return then.toLocaleString(currentLanguage(), form);
}

function marks({ kind, state, tags, consent }) {
  const words = [
    ...(kind && kind !== "human" ? [["kind", t(`kind.${kind}`)]] : []),
    ...(["waiting", "parked", "answered"].includes(state) ? [[state, t(`mailstate.${state}`)]] : []),
    ...(consent ? [[`consent ${consent}`, t(`consent.${consent}`)]] : []),
    ...tags.map((tag) => ["tag", `#${tag}`]),
  ];
  return words.length ? [element("span", "chips", ...words.map(([kindOf, text]) => element("span", `chip ${kindOf}`, text)))] : [];
}

function line(mail) {
  const button = element("button", "mail",
    element("span", "who", mail.name || mail.address || t("replies.nobody")),
    element("span", "when", when(mail.at)),
    element("span", "first", mail.trouble || mail.first || t("reply.says_nothing")),
    ...marks(mail),
  );
  button.type = "button";
  button.dataset.number = mail.number;
  if (String(mail.number) === choice.reply) button.setAttribute("aria-current", "true");
  button.addEventListener("click", () => choose({ reply: String(mail.number) }));
  const item = element("li", mail.is_unread ? "new" : "", button);
  item.draggable = true;
  item.addEventListener("dragstart", (event) => carry(event, mail.number));
  return item;
}

function group(key, mails) {
  if (!mails.length) return [];
  return [element("h2", "group", element("span", "", t(key)), element("span", "", String(mails.length))), element("ul", "", ...mails.map(line))];
}

function button(key, act) {
  const made = element("button", "place", t(key));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function empty() {
  const way = (command, key) => element("p", "", element("code", "", command), " ", element("span", "soft", t(key)));
  return [
    element("h2", "title", t("replies.empty")),
    element("p", "soft", t("replies.empty_how")),
    way("newsletter replies fetch", "replies.empty_fetch"),
    way("newsletter replies import PATH", "replies.empty_import"),
  ];
}

function draw() {
  if (!inbox) return;
  const content = JSON.stringify([currentLanguage(), choice.reply, inbox, isFiltered()]);
  if (content === drawn) return;
  drawn = content;
  const isEmpty = !inbox.refused && inbox.is_empty;
  pane.dataset.state = inbox.refused ? "refused" : isEmpty ? "empty" : "full";
  if (inbox.refused) {
    list.replaceChildren(element("p", "refused", problemWords(inbox.refused)));
    rest.replaceChildren();
    return;
  }
  fillPicks();
  const focused = document.activeElement?.closest?.("#replies .mail")?.dataset.number;
  const shown = [...group("replies.unread", inbox.unread), ...group(picks.where.value ? "replies.were_away" : "replies.seen", inbox.seen)];
  const none = [element("p", "soft", t("replies.none")), ...(isFiltered() ? [button("replies.clear", clear)] : [])];
  renew(list, element("div", "", ...(isEmpty ? empty() : shown.length ? shown : none)));
  told.textContent = isEmpty ? "" : `${t("replies.list")}: ${inbox.unread.length + inbox.seen.length}`;
  rest.replaceChildren(
    ...(inbox.more ? [element("p", "soft", t("replies.more", { count: inbox.more }))] : []),
    ...(inbox.automatic ? [element("p", "soft", plural("replies.automatic", inbox.automatic), " ", button("replies.show_automatic", () => {
      picks.kind.value = "all";
      load();
    }))] : []),
  );
  if (focused) list.querySelector(`[data-number="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
}

function fill(pick, first, options) {
  const chosen = pick.value;
  const isGone = chosen && !options.some(([value]) => value === chosen); // what is chosen stays, though no mail has it
  const all = isGone ? [...options, [chosen, `${chosen} (0)`]] : options;
  pick.replaceChildren(new Option(first, ""), ...all.map(([value, words]) => new Option(words, value)));
  pick.value = chosen;
  pick.closest("label").hidden = !all.length;
}

function fillPicks() {
  const counted = (some, sign = "") => some.map(({ name, count }) => [name, `${sign}${name} (${count})`]);
  fill(picks.issue, t("replies.any_issue"), counted(inbox?.issues || []));
  fill(picks.tag, t("replies.any_tag"), counted(inbox?.tags || [], "#"));
  fill(picks.kind, t("kind.people"), ["all", ...KINDS].map((kind) => [kind, t(`kind.${kind}`)]));
  fill(picks.where, t("replies.here"), [["away", t("replies.away")]]);
}

// --- keys -------------------------------------------------------------------------------------------------

const mails = () => [...list.querySelectorAll(".mail")];

// From the one that has the focus, or is open, to another; an open mail is changed for it.
function step(by) {
  const all = mails();
  const here = all.findIndex((one) => one === document.activeElement || (!list.contains(document.activeElement) && one.ariaCurrent));
  const next = all[here < 0 ? 0 : Math.max(0, Math.min(all.length - 1, here + by))];
  if (!next) return;
  if (mailBox.contains(document.activeElement)) next.click();
  else next.focus();
}

function back() {
  const open = list.querySelector("[aria-current]");
  choose({ reply: "" });
  (open || mails()[0] || search).focus();
}

const KEYS = {
  j: () => step(1), k: () => step(-1), ArrowDown: () => step(1), ArrowUp: () => step(-1), "/": () => search.select(),
  o: () => act("original"), q: () => act("quote"), t: () => act("tag"), e: () => act("away"), u: () => act("unread"), r: () => act("answer"),
};

pane.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape" && choice.reply) {
    event.preventDefault();
    return back();
  }
  if (event.key === "ArrowDown" && event.target === search) return mails()[0]?.focus();
  if (isTyping(event.target) || !KEYS[event.key]) return;
  if (event.key.startsWith("Arrow") && !list.contains(event.target)) return; // it scrolls
  event.preventDefault();
  KEYS[event.key]();
});
listKey("j, k", "keys.reply_next");
listKey("o", "keys.reply_original");
listKey("r", "keys.reply_answer");
listKey("q", "keys.reply_quote");
listKey("t", "keys.reply_tag");
listKey("e, u", "keys.reply_away");
listKey("/", "keys.reply_find");

// --- the pane ---------------------------------------------------------------------------------------------

function label(name, pick) {
  pick.id = `replies-${name}`;
  const words = element("span", "out", t(`replies.${name}`));
  words.dataset.t = `replies.${name}`;
  pick.addEventListener("change", load);
  return element("label", "pick", words, pick);
}

function name() {
  search.placeholder = t("replies.find");
  search.setAttribute("aria-label", t("replies.find"));
  list.setAttribute("aria-label", t("replies.list"));
}

async function showChosen(isOpened) {
  pane.dataset.open = choice.reply ? "yes" : "";
  for (const one of mails()) {
    if (one.dataset.number === choice.reply) one.setAttribute("aria-current", "true");
    else one.removeAttribute("aria-current");
  }
  const mine = choice.reply;
  await showMail(mine);
  if (isOpened && mine && mine === choice.reply) heading().focus();
}

list.id = "replies";
list.tabIndex = -1;
list.setAttribute("role", "region");
Object.assign(search, { id: "find-reply", type: "search", autocomplete: "off", spellcheck: false });
told.setAttribute("role", "status");
pane.append(
  element("div", "bar-top", search, element("div", "filters", ...Object.entries(picks).map(([key, pick]) => label(key, pick)))),
  element("div", "beside", element("div", "mails", list, rest, told), mailBox),
);
search.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(load, REST_MS);
});
const visit = () => {
  if (isShown("replies")) load();
};
addEventListener("focus", visit); // mail may have come in meanwhile
let wasShown = false;
on("panes", () => {
  if (isShown("replies") && !wasShown) load();
  wasShown = isShown("replies");
});
on("mail", load);
on("change", visit); // what readers allow may have been written down
on("back", back);
on("choice", (names) => {
  if (names.has("reply")) showChosen(true);
});
on("words", () => {
  name();
  fillPicks();
  draw();
});
name();
fillPicks();
load();
if (choice.reply) showChosen(false);
