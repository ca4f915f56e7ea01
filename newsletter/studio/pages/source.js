// The letter's HTML to read: wrapped, coloured, and a box to find something in it.

import { element } from "./state.js";
import { t } from "./words.js";

const PARTS = /<!--[\s\S]*?-->|<!?\/?[a-zA-Z][^<>]*>/g;
const NEAR = 4000; // how many places are marked at most

function coloured(html) {
  const parts = [];
  let place = 0;
  for (const found of html.matchAll(PARTS)) {
    if (found.index > place) parts.push(html.slice(place, found.index));
    parts.push(element("span", found[0].startsWith("<!") ? "comment" : "tag", found[0]));
    place = found.index + found[0].length;
  }
  return [...parts, html.slice(place)];
}

// Every place of `words` in the text of `box`, as ranges.
function places(box, words) {
  const found = [];
  const nodes = [];
  let all = "";
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    nodes.push([all.length, walker.currentNode]);
    all += walker.currentNode.data;
  }
  const [haystack, needle] = [all.toLowerCase(), words.toLowerCase()];
  let at = 0; // of the node the search has come to
  const point = (offset) => {
    while (at + 1 < nodes.length && nodes[at + 1][0] <= offset) at += 1;
    return [nodes[at][1], Math.min(offset - nodes[at][0], nodes[at][1].length)];
  };
  for (let start = haystack.indexOf(needle); start >= 0 && found.length < NEAR; start = haystack.indexOf(needle, start + needle.length)) {
    const range = new Range();
    range.setStart(...point(start));
    range.setEnd(...point(start + needle.length));
    found.push(range);
  }
  return found;
}

export function showSource(box, html) {
  const kept = box.querySelector("input");
  const code = element("pre", "html", ...coloured(html));
  code.lang = "zxx";
  if (kept) {
    box.querySelector("pre").replaceWith(code);
    kept.dispatchEvent(new Event("input"));
    return;
  }
  const input = element("input", "");
  Object.assign(input, { type: "search", autocomplete: "off", spellcheck: false });
  const label = element("label", "find", element("span", "", t("html.find")), " ", input);
  const count = element("span", "soft");
  count.setAttribute("role", "status");
  let [found, at] = [[], 0];
  const mark = () => {
    CSS.highlights?.set("found", new Highlight(...found));
    CSS.highlights?.set("found-here", new Highlight(...found.slice(at, at + 1)));
    const words = found.length ? t("html.found", { at: at + 1, count: found.length }) : t("html.none");
    count.textContent = input.value ? words : "";
  };
  const go = () => {
    mark();
    found[at]?.startContainer.parentElement.scrollIntoView({ block: "center" });
  };
  input.addEventListener("input", () => {
    found = input.value ? places(box.querySelector("pre"), input.value) : [];
    at = 0;
    go();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !found.length) return;
    event.preventDefault();
    at = (at + (event.shiftKey ? found.length - 1 : 1)) % found.length;
    go();
  });
  box.replaceChildren(element("div", "finder", label, count), code);
}
