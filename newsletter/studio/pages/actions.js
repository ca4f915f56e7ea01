// The buttons of the page's head: a test mail, the plain text, the mail as a file, a picture of all views.

import { byId, choice, element, on, studio } from "./state.js";
import { ask, post } from "./talk.js";
import { addKey } from "./keys.js";
import { announce } from "./announce.js";
import { isDirty } from "./editor.js";
import { saveNow } from "./saving.js";
import { problemWords, said } from "./said.js";
import { currentLanguage, t } from "./words.js";

const BUTTONS = { "act.trial": askTrial, "act.copy": copyText, "act.eml": saveMail, "act.sheet": drawSheet };

export function dialogOf(id, title, ...inside) {
  const made = element("dialog", "");
  const heading = element("h2", "");
  heading.dataset.t = title;
  made.id = id;
  heading.id = `${id}-title`;
  made.setAttribute("aria-labelledby", heading.id);
  made.append(heading, ...inside);
  document.body.append(made);
  return made;
}

export function button(key, act, kind = "") {
  const made = element("button", kind, t(key));
  made.type = "button";
  made.dataset.t = key;
  made.addEventListener("click", act);
  return made;
}

// --- test mail ----------------------------------------------------------------------------------------

const to = element("input", "");
const way = element("p", "way");
const result = element("div", "result");
const send = button("trial.send", sendTrial, "strong");
to.id = "trial-to";
Object.assign(to, { type: "text", inputMode: "email", autocomplete: "email", spellcheck: false });
result.setAttribute("role", "status");
const toLabel = element("label", "");
toLabel.htmlFor = to.id;
toLabel.dataset.t = "trial.to";
const trial = dialogOf("trial", "trial.title", toLabel, to, way, result,
  element("p", "buttons", button("close", () => trial.close()), send));
to.addEventListener("keydown", (event) => {
  if (event.key === "Enter") sendTrial();
});

async function askTrial() {
  if (!studio.letter) return announce(t("act.nothing"), { isShown: true });
  if (isDirty()) await saveNow();
  result.replaceChildren();
  way.textContent = "";
  send.disabled = true;
  trial.showModal();
  const found = await ask(`/trial/${encodeURIComponent(choice.issue)}`);
  if (!found) return result.replaceChildren(element("p", "refused", t("no_answer")));
  if (found.refused) return result.replaceChildren(element("p", "refused", problemWords(found.refused)));
  to.value ||= found.to;
  const leaves = element("strong", "", t(found.leaves ? "trial.leaves" : "trial.stays"));
  way.replaceChildren(t("trial.through", { provider: said(found.provider) }), " ", leaves, " ", t("trial.saved"));
  send.disabled = false;
  to.select();
}

async function sendTrial() {
  if (send.disabled) return;
  send.disabled = true;
  result.replaceChildren(element("p", "soft", t("trial.busy")));
  const found = await post(`/trial/${encodeURIComponent(choice.issue)}`, { to: to.value });
  send.disabled = false;
  if (!found) return result.replaceChildren(element("p", "refused", t("no_answer")));
  if (found.refused) return result.replaceChildren(element("p", "refused", problemWords(found.refused)));
  result.replaceChildren(...found.outcomes.map(({ email, kind, detail }) =>
    element("p", kind, element("strong", "", `${email}: ${t(`outcome.${kind}`)}`), detail ? ` ${said(detail)}` : "")));
}

// --- plain text and mail ------------------------------------------------------------------------------

async function copyText() {
  if (!studio.letter) return announce(t("act.nothing"), { isShown: true });
  try {
    await navigator.clipboard.writeText(studio.letter.text);
    announce(t("copy.done"), { isShown: true });
  } catch {
    announce(t("copy.failed"), { isShown: true });
  }
}

async function saveMail() {
  if (!studio.letter) return announce(t("act.nothing"), { isShown: true });
  if (isDirty()) await saveNow();
  const query = new URLSearchParams({ as: choice.reader });
  const found = await ask(`/head/${encodeURIComponent(choice.issue)}?${query}`); // says why there is no mail
  if (!found) return announce(t("no_answer"), { isShown: true });
  if (found.refused) return announce(problemWords(found.refused), { isShown: true });
  download(`/eml/${encodeURIComponent(choice.issue)}?${query}`, `${choice.issue}.eml`);
  announce(t("eml.done"), { isShown: true });
}

function download(address, name) {
  const link = element("a", "");
  Object.assign(link, { href: address, download: name });
  link.click();
}

// --- all views in one picture -------------------------------------------------------------------------

const picture = element("div", "picture");
const status = element("p", "soft");
const save = button("sheet.save", () => download(save.dataset.address, save.dataset.name), "strong");
picture.tabIndex = 0;
status.setAttribute("role", "status");
const sheet = dialogOf("sheet-picture", "sheet.title", status, picture,
  element("p", "buttons", button("close", () => sheet.close()), save));
sheet.classList.add("wide");

async function drawSheet() {
  if (!studio.letter) return announce(t("act.nothing"), { isShown: true });
  picture.hidden = save.hidden = true;
  status.textContent = t("sheet.busy");
  sheet.showModal();
  const found = await post(`/sheet/${studio.letter.number}`, { lang: currentLanguage() });
  if (!found || found.refused) {
    status.textContent = found ? problemWords(found.refused) : t("no_answer");
    return;
  }
  const image = new Image();
  image.src = found.address;
  image.alt = t("sheet.alt");
  await image.decode().catch(() => {});
  status.textContent = "";
  picture.replaceChildren(image);
  picture.setAttribute("aria-label", t("sheet.alt"));
  Object.assign(save.dataset, found);
  picture.hidden = save.hidden = false;
}

picture.setAttribute("role", "region");
byId("actions").append(...Object.entries(BUTTONS).map(([key, act]) => button(key, act)));
addKey("alt+KeyT", askTrial, "Alt T", "keys.trial");
function name() {
  for (const one of document.querySelectorAll("#trial [data-t], #sheet-picture [data-t]")) one.textContent = t(one.dataset.t);
}
on("words", name);
name();
