// The letter as rows of an inbox at their usual widths, and how much of the subject is seen there.

import { byId, element, isDark, on, studio } from "./state.js";
import { t } from "./words.js";

const ROWS = { gmail: 878, outlook: 320, iphone: 375 }; // px
const LEAST = 0.55; // smaller than this nobody can read a row; it scrolls instead

export const box = element("section", "about", element("h3", ""), element("div", "rows"));

function row(kind, { sender, subject, preheader, text }) {
  const name = sender.replace(/\s*<[^<>]*>$/, "").replace(/^"(.*)"$/, "$1");
  const words = preheader || text.replace(/\s+/g, " ").slice(0, 200);
  const parts = [element("span", "from", name), element("span", "what", subject), element("span", "more", words)];
  const shown = element("div", `inbox-row ${kind}`, ...parts);
  shown.dataset.kind = kind;
  return shown;
}

// How many characters of an element's text stand before its edge; an ellipsis takes the place of the last.
export function visible(part) {
  const node = part.firstChild;
  if (!node || part.scrollWidth <= part.clientWidth + 1) return node ? node.length : 0;
  const edge = part.getBoundingClientRect().right;
  const range = document.createRange();
  let [low, high] = [0, node.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    range.setStart(node, 0);
    range.setEnd(node, middle);
    if (range.getBoundingClientRect().right <= edge) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low - 1);
}

function show() {
  box.querySelector("h3").textContent = t("about.inbox");
  box.hidden = !studio.letter;
  if (!studio.letter) return;
  const rows = box.querySelector(".rows");
  rows.dataset.scheme = isDark() ? "dark" : "light";
  const { subject, subject_b: second } = studio.letter;
  rows.replaceChildren(...Object.keys(ROWS).map((kind) => {
    const tried = (second ? [subject, second] : [subject]).map((one) => row(kind, { ...studio.letter, subject: one }));
    const figure = element("figure", "", ...tried, element("figcaption", "soft"));
    figure.tabIndex = 0; // it may scroll
    figure.setAttribute("aria-label", t(`inbox.${kind}`));
    return figure;
  }));
  measure();
}

function measure() {
  if (!studio.letter || !box.clientWidth) return;
  for (const figure of box.querySelectorAll("figure")) {
    const zoom = Math.max(LEAST, Math.min(1, box.clientWidth / ROWS[figure.firstChild.dataset.kind]));
    figure.style.setProperty("--zoom", String(Math.floor(zoom * 1000) / 1000));
    const parts = [...figure.querySelectorAll(".what")];
    const counts = parts.map((part) => [visible(part), part.textContent.length]);
    const seen = counts.map(([shown, all]) => (shown < all ? t("inbox.cut", { shown, all }) : t("inbox.whole"))).join("; ");
    const [[shown]] = counts;
    const lacks = studio.letter.preheader ? "" : ` ${t("inbox.no_preheader")}`;
    figure.querySelector("figcaption").textContent = `${t(`inbox.${figure.firstChild.dataset.kind}`)}: ${seen}.${lacks}`;
    figure.dataset.shown = String(shown);
  }
}

new ResizeObserver(measure).observe(box);
byId("pane-panel").append(box);
on("letter", show);
on("choice", (names) => {
  if (names.has("issue")) box.hidden = true; // until there is a letter of this one
});
on("words", show);
show();
