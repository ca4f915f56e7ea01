// What the panel tells beside the findings: how long the letter takes, and who would get it.

import { byId, choice, choose, element, on, studio } from "./state.js";
import { ask, post } from "./talk.js";
import { currentLanguage, t } from "./words.js";
import { saying } from "./said.js";
import { allFindings } from "./findings.js";
import { isDirty, text } from "./editor.js";
import { keepReader } from "./views.js";

const reading = element("section", "about row", element("h3", ""), element("p", ""));
const reach = element("section", "about", element("h3", ""), element("div", ""));
reading.hidden = reach.hidden = true; // until there is something to tell: a heading alone says nothing
let known = ""; // the text whose readers were counted, and whether anything else may have changed
let counted = null;
let told = ""; // what stands there
let isCounting = false;
let again = false;

async function showReading() {
  reading.querySelector("h3").textContent = t("about.reading");
  const { letter } = studio;
  const found = letter && (await ask(`/reading/${letter.number}`));
  if (!found || found.refused || letter !== studio.letter) return;
  const [from, to] = [found.quick_s, found.slow_s].map((seconds) => Math.max(1, Math.round(seconds / 60)));
  reading.hidden = false;
  reading.querySelector("p").textContent = t(from < to ? "about.minutes" : "about.minute", { words: found.words, from, to });
}

// What the answer depends on: the segment, and the conditions of blocks.
const segmentOf = (source) => (source.match(/^(?:segment:|:{3,} *only).*$/gm) || []).join("\n");

// Counting asks the whole list, so it is done when the segment or the file changed, not for each letter typed.
async function count({ isFresh = false } = {}) {
  if (!choice.issue) return;
  const mine = `${choice.issue}\n${segmentOf(text())}`;
  if (!isFresh && mine === known) return;
  known = mine;
  again = true;
  if (isCounting) return;
  isCounting = true;
  while (again) {
    again = false;
    const address = `/reach/${encodeURIComponent(choice.issue)}`;
    counted = await (isDirty() ? post(address, { text: text() }) : ask(address));
  }
  isCounting = false;
  showReach();
}

function list(key, lines) {
  return lines.length ? [element("h4", "", t(key)), element("ul", "", ...lines)] : [];
}

function counts(number, ...words) {
  return element("li", "", element("span", "number", String(number)), " ", ...words);
}

// One version of the letter: its readers, the conditions that hold, and a look at it as one of them.
function variant({ count: number, email, conditions }) {
  const words = conditions.length ? conditions.flatMap((one, index) => [index ? ", " : "", element("code", "", one)]) : [t("reach.plain")];
  const look = element("button", "place", t("reach.look"));
  look.type = "button";
  look.title = email;
  look.addEventListener("click", () => {
    keepReader({ email, label: email });
    choose({ reader: email });
  });
  return counts(number, ...words, " ", look);
}

// One language of the issue: who gets it, and a look at its file.
function language({ lang, name, count: number, falling_back: others }) {
  const words = others ? [" ", element("span", "soft", t(others === 1 ? "reach.other" : "reach.others", { count: others }))] : [];
  const look = element("button", "place", t("reach.look"));
  look.type = "button";
  look.addEventListener("click", () => choose({ issue: name }));
  return counts(number, element("code", "", lang), ...words, ...(name === choice.issue ? [] : [" ", look]));
}

function showReach() {
  reach.querySelector("h3").textContent = t("about.reach");
  const found = counted && (counted.refused ? { refused: newIn(counted.refused) } : counted);
  const content = JSON.stringify([currentLanguage(), found]);
  if (found && content !== told) { // a click on what is there must not fall between it and its like
    told = content;
    reach.hidden = found.refused?.length === 0;
    reach.querySelector("div").replaceChildren(...parts(found));
  }
  reach.dataset.counted = String(Number(reach.dataset.counted || 0) + (counted ? 1 : 0));
}

// What is not listed with the findings already.
function newIn(problems) {
  const listed = new Set(allFindings().map((finding) => finding.what));
  return problems.filter((problem) => !listed.has(problem.what));
}

function parts(found) {
  if (found.refused) {
    return found.refused.map(({ what, fix }) =>
      element("p", "refused", saying("span", "", what), ". ", ...(fix ? [saying("span", "fix", fix)] : [])));
  }
  if (found.segment === null) {
    const [first] = found.segments;
    const say = first ? t("reach.choose", { name: first.name }) : t("reach.no_segments");
    const lines = found.segments.map((one) => counts(one.count, element("code", "", one.name), " ", one.description));
    return [element("p", "", say), element("ul", "", ...lines)];
  }
  const total = t(found.count === 1 ? "reach.one" : "reach.many", { count: found.count, segment: found.segment });
  const left = found.left_out.map((one) => counts(one.count, saying("span", "", one.reason)));
  const variants = found.variants.map(variant);
  const languages = found.languages.map(language);
  const clauses = found.clauses.slice(1).map((one) => {
    const line = counts(one.count, element("code", "", one.text));
    line.style.marginLeft = `${Math.min(4, one.depth - 1)}rem`;
    return line;
  });
  return [element("p", "total", total), ...list("reach.left", left), ...list("reach.languages", languages), ...list("reach.variants", variants), ...list("reach.parts", clauses)];
}

byId("pane-panel").append(reading, reach);
on("letter", () => {
  showReading();
  count();
});
on("change", () => count({ isFresh: true }));
on("choice", (names) => {
  if (!names.has("issue")) return;
  counted = null;
  reading.hidden = reach.hidden = true; // until they are those of this one
  told = "";
});
on("report", showReach);
on("words", () => {
  showReading();
  showReach();
});
