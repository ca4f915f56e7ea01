// Finding a reader in the whole list, as one types.

import { byId, choose, element, on } from "./state.js";
import { ask } from "./talk.js";
import { addKey } from "./keys.js";
import { problemWords } from "./said.js";
import { plural, t } from "./words.js";
import { keepReader } from "./views.js";

const MOST = 20;
const dialog = element("dialog", "");
const title = element("h2", "");
const input = element("input", "");
const told = element("p", "soft");
const results = element("ul", "found");
const close = element("button", "");
const open = element("button", "quiet");
let turn = 0;

async function search() {
  const mine = ++turn;
  const found = await ask(`/readers?${new URLSearchParams({ q: input.value })}`);
  if (mine !== turn) return;
  if (!found) {
    told.textContent = t("no_answer");
    return;
  }
  const readers = found.readers || [];
  results.replaceChildren(...readers.map(line));
  told.textContent = problemWords(found.refused || []) || words(readers.length);
}

function words(count) {
  if (!input.value.trim()) return "";
  if (!count) return t("readers.none");
  return count < MOST ? plural("readers", count) : t("readers.first", { count });
}

function line(reader) {
  const button = element("button", "", reader.label);
  button.type = "button";
  button.addEventListener("click", () => pick(reader));
  return element("li", "", button);
}

function pick(reader) {
  keepReader(reader);
  choose({ reader: reader.email });
  dialog.close();
}

export function findReader() {
  dialog.showModal();
  input.select();
}

function name() {
  title.textContent = t("readers.title");
  input.placeholder = t("readers.type");
  input.setAttribute("aria-label", t("readers.type"));
  close.textContent = t("close");
  open.textContent = t("readers.search");
  open.setAttribute("aria-label", t("readers.find"));
}

dialog.id = "find-reader";
title.id = "find-reader-title";
dialog.setAttribute("aria-labelledby", title.id);
Object.assign(input, { type: "search", autocomplete: "off", spellcheck: false });
told.setAttribute("role", "status");
open.type = close.type = "button";
open.id = "open-readers";
dialog.append(title, input, told, results, element("p", "buttons", close));
document.body.append(dialog);
byId("reader").closest("label").after(open);
open.addEventListener("click", findReader);
close.addEventListener("click", () => dialog.close());
input.addEventListener("input", search);
input.addEventListener("keydown", (event) => {
  const first = results.querySelector("button");
  if (!first || (event.key !== "Enter" && event.key !== "ArrowDown")) return;
  event.preventDefault();
  if (event.key === "Enter") first.click();
  else first.focus();
});
results.addEventListener("keydown", (event) => {
  const step = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }[event.key];
  if (!step) return;
  event.preventDefault();
  (event.target.closest("li")[step]?.querySelector("button") || input).focus();
});
addKey("alt+KeyR", findReader, "Alt R", "keys.reader");
on("words", name);
name();
