// From a click in the letter to its line, and from the caret to its block in the letter.

import { byId, choice, on, studio } from "./state.js";
import { focus, goTo, line } from "./editor.js";
import { shownFrame } from "./letter.js";
import { showPane } from "./panes.js";

const MARKED = "[data-line], [class*='line-']";
const HERE = "newsletter-here";
let last = 0; // the line whose block was scrolled to

function lineOf(block) {
  const found = block.dataset.line || (/(?:^|\s)line-(\d+)(?:\s|$)/.exec(block.getAttribute("class")) || [])[1];
  return Number(found) || 0;
}

const marks = (page) => [...page.querySelectorAll(MARKED)].filter(lineOf);

function clicked(event) {
  const link = event.target.closest("a");
  if (link && (event.ctrlKey || event.metaKey)) return; // a tab of its own
  event.preventDefault();
  let block = event.target.closest(MARKED);
  while (block && !lineOf(block)) block = block.parentElement.closest(MARKED);
  block ||= marks(shownFrame().contentDocument).findLast((one) => one.getBoundingClientRect().top <= event.clientY);
  if (!block) return;
  last = lineOf(block);
  showPane("write");
  goTo(last);
}

function blockAt(page, number) {
  let best = null;
  for (const block of marks(page)) {
    if (lineOf(block) <= number && (!best || lineOf(block) >= lineOf(best))) best = block;
  }
  return best;
}

function mark({ isMoved }) {
  const page = shownFrame().contentDocument;
  if (!page || !page.head) return;
  for (const old of page.querySelectorAll(`.${HERE}`)) old.classList.remove(HERE);
  const block = studio.source ? blockAt(page, line()) : null;
  if (!block) return;
  block.classList.add(HERE);
  if (isMoved && line() !== last) bring(block);
  if (isMoved) last = line();
}

// Scrolls the stage to the block, unless it can be seen already.
export function bring(block) {
  if (choice.view === "text") return;
  const stage = byId("stage");
  const frame = shownFrame().getBoundingClientRect();
  const zoom = frame.width / (shownFrame().contentWindow.innerWidth || frame.width); // the letter's pixels are its own
  const start = frame.top - stage.getBoundingClientRect().top;
  const box = block.getBoundingClientRect();
  const [top, bottom] = [start + box.top * zoom, start + box.bottom * zoom];
  if (top >= 0 && bottom <= stage.clientHeight) return;
  stage.scrollTop += top - Math.max(24, (stage.clientHeight - bottom + top) / 3);
}

// Ctrl-Enter: the caret's block, wherever the letter stands.
export function toLetter() {
  showPane("letter");
  const block = blockAt(shownFrame().contentDocument, line());
  if (block) bring(block);
  byId("stage").focus({ preventScroll: true });
}

function listen() {
  const page = shownFrame().contentDocument;
  page.documentElement.addEventListener("click", clicked);
  const style = page.createElement("style");
  style.textContent = `.${HERE} { outline: 2px solid rgb(47 128 120 / 55%); outline-offset: 3px; border-radius: 2px; }`;
  page.head.append(style);
  mark({ isMoved: false });
}

on("letter", ({ isNew }) => {
  if (isNew) listen();
});
on("caret", mark);
on("jump", (number) => {
  showPane("write");
  goTo(number);
  focus();
});
