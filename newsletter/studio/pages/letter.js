// Paints the letter into the frame that is not shown, then swaps the two, so that nothing flickers.
// The frames are as high as the letter and the stage scrolls, so a new letter keeps the reader's place.

import { byId, choice, element, isDark, on, pause, studio, tell } from "./state.js";
import { t } from "./words.js";

let [shown, spare] = document.querySelectorAll("#paper > iframe");
let painting = 0;
let last = ""; // what is painted, so that the same is not painted twice
const ready = Promise.all([shown, spare].map(blank));

export const shownFrame = () => shown;

// Loads the empty page under the letter's own policy (no scripts); letters are put into it without navigating.
function blank(frame) {
  return new Promise((resolve) => {
    frame.onload = () => resolve();
    frame.src = "/paper/blank";
  });
}

// Puts a whole page into a frame that `blank` prepared, parsed under the frame's own policy.
export function fill(frame, html) {
  const page = frame.contentDocument;
  const parsed = new frame.contentWindow.DOMParser().parseFromString(html, "text/html");
  page.replaceChild(page.adoptNode(parsed.documentElement), page.documentElement);
}

export function fit(frame = shown) {
  const page = frame.contentDocument;
  if (!page || !page.body) return;
  const top = byId("stage").scrollTop;
  frame.style.height = "0"; // a letter that asks for the window's height must not keep the old one
  frame.style.height = `${Math.max(page.documentElement.scrollHeight, page.body.scrollHeight)}px`;
  byId("stage").scrollTop = top;
}

async function paint(html, isOther) {
  const mine = ++painting;
  await ready;
  const next = spare;
  fill(next, html);
  const pictures = [...next.contentDocument.images];
  if (pictures.length) {
    await Promise.race([Promise.allSettled(pictures.map((image) => image.decode())), pause(500)]);
    if (mine !== painting) return false; // a newer letter is on its way into this frame
  }
  fit(next);
  for (const image of pictures) if (!image.complete) image.addEventListener("load", () => fit(next));
  for (const [frame, isSpare] of [[next, false], [shown, true]]) {
    frame.classList.toggle("spare", isSpare);
    frame.title = t(isSpare ? "letter.next" : "letter.name");
    frame.tabIndex = isSpare ? -1 : 0;
    frame.ariaHidden = isSpare ? "true" : null;
  }
  [shown, spare] = [next, shown];
  if (isOther) byId("stage").scrollTop = 0;
  return true;
}

function showEnvelope(letter) {
  const [, name, email] = /^(.*?)\s*<([^<>]*)>$/.exec(letter.sender) || [null, letter.sender, ""];
  const plain = name.replace(/^"(.*)"$/, "$1") || email;
  const words = plain.split(/[\s@.]+/).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => (word || "")[0] || "");
  byId("avatar").textContent = letters.join("").toUpperCase();
  byId("sender").replaceChildren(plain, element("span", "", name ? email : ""));
  byId("subject").textContent = letter.subject;
  byId("subject-b").textContent = letter.subject_b || "";
  byId("or").hidden = !letter.subject_b;
  byId("preheader").textContent = letter.preheader;
  byId("text").textContent = letter.text;
  document.title = `${letter.subject} · newsletter`;
}

function showNone(words) {
  byId("sheet").hidden = true;
  byId("none").hidden = false;
  byId("none").textContent = words;
}

// Shows a letter, or why there is none; `isOther` begins at its top.
export async function show(letter, isOther = false) {
  if (letter.refused) return refuse(letter.refused, isOther);
  byId("sheet").hidden = false;
  byId("none").hidden = true;
  const isNew = isOther || letter.html !== last;
  if (isNew && !(await paint(letter.html, isOther))) return;
  last = letter.html;
  studio.letter = letter;
  studio.refused = [];
  byId("stale").hidden = true;
  byId("sheet").dataset.scheme = isDark() ? "dark" : "light";
  showEnvelope(letter);
  tell("line", "live");
  if (isNew) document.body.dataset.painted = String(Number(document.body.dataset.painted) + 1);
  tell("letter", { letter, isNew });
}

function refuse(problems, isOther) {
  if (isOther) studio.letter = null;
  studio.refused = problems;
  tell("line", "refused");
  if (studio.letter) {
    byId("stale").textContent = t("letter.stale");
    byId("stale").hidden = false;
  } else showNone(t("letter.unbuilt"));
  tell("refused", problems);
}

export function showNothing() {
  studio.letter = null;
  showNone(t("letter.none"));
  tell("line", "live");
}

export function showView() {
  const isText = choice.view === "text";
  byId("sheet").dataset.view = choice.view;
  byId("text").hidden = !isText;
  shown.hidden = spare.hidden = isText;
  if (!isText) fit();
}

addEventListener("resize", () => {
  if (choice.view !== "text") fit();
});
on("choice", (names) => {
  if (names.has("view")) showView();
});
