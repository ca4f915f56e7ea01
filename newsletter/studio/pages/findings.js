// The panel's findings: asked for after each painted letter, grouped by what they are worth, each leads to its line.

import { byId, choice, element, on, studio, tell } from "./state.js";
import { ask, post } from "./talk.js";
import { saying } from "./said.js";
import { decimal, plural, t } from "./words.js";
import { isDirty, text } from "./editor.js";

const tab = document.querySelector('button[data-pane="panel"]');
let isChecking = false;
let again = false;
let listed = ""; // what stands in the list

export async function check() {
  again = true;
  if (isChecking) return;
  isChecking = true;
  while (again) {
    again = false;
    const name = choice.issue;
    const address = `/findings/${encodeURIComponent(name)}`;
    const report = await (isDirty() ? post(address, { text: text() }) : ask(address));
    if (!report || name !== choice.issue) continue;
    studio.report = report.refused ? { findings: report.refused, not_run: [], is_blocking: true } : report;
    tell("report", studio.report);
    document.body.dataset.checked = String(Number(document.body.dataset.checked || 0) + 1);
  }
  isChecking = false;
}

// Every finding, with what kept the letter from being built in front.
export function allFindings() {
  const found = studio.report ? studio.report.findings : [];
  const named = new Set(found.map((finding) => finding.what));
  return [...studio.refused.filter((problem) => !named.has(problem.what)), ...found];
}

function setVerdict(mood, words) {
  byId("verdict").dataset.mood = tab.dataset.mood = mood;
  byId("verdict").textContent = words;
}

function where(finding) {
  const isHere = finding.line && studio.source && finding.path === studio.source.path;
  const place = isHere ? element("button", "place", finding.place) : element("span", "place", finding.place);
  if (isHere) {
    place.type = "button";
    place.addEventListener("click", () => tell("jump", finding.line));
  }
  return element("p", "where", place, element("span", "code", finding.code));
}

function card(finding) {
  const item = element("li", finding.severity);
  if (finding.place || finding.code) item.append(where(finding));
  for (const part of ["what", "why", "fix"]) if (finding[part]) item.append(saying("p", part, finding[part]));
  return item;
}

function showList(findings) {
  const old = byId("findings");
  const content = JSON.stringify([t("findings.error"), studio.source?.path, findings]);
  if (content === listed) return; // a click on what is there must not fall between the old list and a like one
  listed = content;
  const focused = [...old.querySelectorAll("button.place")].indexOf(document.activeElement);
  old.replaceChildren(...["error", "warning", "info"].flatMap((severity) => {
    const some = findings.filter((finding) => finding.severity === severity);
    if (!some.length) return [];
    const heading = element("h3", "", element("span", "", t(`findings.${severity}`)), element("span", "", String(some.length)));
    return [heading, element("ul", "", ...some.map(card))];
  }));
  if (focused < 0) return;
  const places = old.querySelectorAll("button.place");
  (places[Math.min(focused, places.length - 1)] || byId("verdict")).focus({ preventScroll: true });
}

function show() {
  if (!studio.report && !studio.refused.length) return setVerdict("busy", t("findings.busy"));
  const findings = allFindings();
  const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  const report = studio.report || { not_run: [], is_blocking: true };
  if (errors) setVerdict("error", plural("findings.errors", errors));
  else if (report.is_blocking && warnings) setVerdict("error", plural("findings.blocking", warnings));
  else if (warnings) setVerdict("warning", plural("findings.warnings", warnings));
  else setVerdict("ok", t("findings.none"));
  tab.dataset.count = errors || warnings || "";
  showList(findings);
  const unrun = report.not_run.reduce((sum, group) => sum + group.count, 0);
  byId("unrun").hidden = !unrun;
  byId("unrun").querySelector("summary").textContent = plural("findings.unrun", unrun);
  byId("unrun").querySelector("ul").replaceChildren(
    ...report.not_run.map((group) => element("li", "", `${group.count} × `, saying("span", "", group.reason))),
  );
}

const LIMIT = 100000; // bytes; Gmail clips what is longer
const NEAR = 75000;

function showSize({ letter }) {
  const bytes = letter.size;
  const bar = byId("size").querySelector(".bar");
  byId("size").hidden = false;
  byId("bytes").textContent = t("size.of", { size: decimal(bytes / 1000), limit: LIMIT / 1000 });
  byId("clip").textContent = bytes > LIMIT ? t("size.clipped") : bytes > NEAR ? t("size.near") : "";
  bar.setAttribute("aria-valuenow", String(Math.min(bytes, LIMIT)));
  bar.dataset.mood = bytes > LIMIT ? "error" : bytes > NEAR ? "warning" : "ok";
  bar.firstElementChild.style.width = `${Math.min(100, (100 * bytes) / LIMIT)}%`;
}

on("report", show);
on("refused", () => {
  show();
  check(); // may find more than what keeps the letter from being built
});
on("letter", (event) => {
  showSize(event);
  check();
});
on("choice", (names) => {
  if (!names.has("issue")) return;
  byId("size").hidden = true; // until there is a letter of this one
  studio.report = null;
  show();
});
on("source", show); // which of them lead to a line
on("words", () => {
  show();
  if (studio.letter) showSize({ letter: studio.letter });
});
