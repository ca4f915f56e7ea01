// Paints the chosen letter into the frame that is not shown, then swaps the two, so that nothing flickers.
"use strict";

const byId = (id) => document.getElementById(id);
const choice = { view: "600", dark: false };
let frames = [...document.querySelectorAll("iframe")];
let latest = 0;

function severityCount(findings, severity) {
  return findings.filter((finding) => finding.severity === severity).length;
}

function plural(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function part(kind, text) {
  const span = document.createElement("span");
  span.className = kind;
  span.textContent = text;
  return span;
}

function showFindings(findings) {
  const errors = severityCount(findings, "error");
  const warnings = severityCount(findings, "warning");
  byId("verdict").textContent = errors
    ? `${plural(errors, "fault")} to mend before sending`
    : warnings ? `${plural(warnings, "warning")}, nothing that blocks` : "Nothing found: ready to send";
  byId("findings").replaceChildren(...findings.map((finding) => {
    const item = document.createElement("li");
    if (finding.place) item.append(part("where", finding.place));
    item.append(part(finding.severity, finding.code ? `${finding.code} ` : ""), part("what", finding.what));
    if (finding.fix) item.append(part("fix", `→ ${finding.fix}`));
    return item;
  }));
}

function paint(html) {
  const [shown, spare] = frames;
  const scroll = shown.contentWindow ? shown.contentWindow.scrollY : 0;
  return new Promise((resolve) => {
    spare.onload = () => {
      spare.hidden = choice.view === "text";
      spare.contentWindow.scrollTo(0, scroll);
      shown.hidden = true;
      spare.title = "The letter";
      shown.title = "The letter, being painted";
      frames = [spare, shown];
      resolve();
    };
    spare.srcdoc = html;
  });
}

async function load() {
  const slug = byId("issue").value;
  if (!slug) return;
  const turn = ++latest;
  const query = new URLSearchParams({ scheme: choice.dark ? "dark" : "light", as: byId("reader").value });
  let response;
  try {
    response = await fetch(`/letter/${encodeURIComponent(slug)}?${query}`);
  } catch {
    byId("state").textContent = "newsletter preview has stopped";
    return;
  }
  const letter = await response.json();
  if (turn !== latest) return;
  showFindings(letter.findings);
  if (!response.ok) {
    byId("state").textContent = "showing the last letter that could be built";
    document.body.dataset.painted = "refused";
    return;
  }
  byId("sender").textContent = letter.sender;
  byId("subject").textContent = letter.subject;
  byId("preheader").textContent = letter.preheader;
  byId("text").textContent = letter.text;
  byId("size").textContent = `HTML ${(letter.size / 1000).toFixed(1)} kB of 100 kB; Gmail clips what is longer.`;
  byId("state").textContent = "";
  document.title = `${letter.subject} · newsletter`;
  await paint(letter.html);
  document.body.dataset.painted = String(turn);
}

function showView() {
  const isText = choice.view === "text";
  byId("paper").dataset.width = isText ? "600" : choice.view;
  byId("text").hidden = !isText;
  frames[0].hidden = isText;
  for (const button of document.querySelectorAll("[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === choice.view));
  }
}

async function loadIssues() {
  const response = await fetch("/issues");
  const desk = await response.json();
  if (!response.ok) {
    showFindings(desk.findings);
    return;
  }
  const select = byId("issue");
  const chosen = select.value || desk.first;
  select.replaceChildren(...desk.issues.map((issue) => new Option(issue.slug, issue.slug)));
  if (desk.issues.some((issue) => issue.slug === chosen)) select.value = chosen;
  const readers = byId("reader");
  const reader = readers.value;
  readers.replaceChildren(
    new Option("nobody in particular", ""),
    ...desk.readers.map((known) => new Option(known.label, known.email)),
  );
  if (desk.readers.some((known) => known.email === reader)) readers.value = reader;
}

for (const button of document.querySelectorAll("[data-view]")) {
  button.addEventListener("click", () => { choice.view = button.dataset.view; showView(); });
}
byId("dark").addEventListener("click", (event) => {
  choice.dark = !choice.dark;
  event.currentTarget.setAttribute("aria-pressed", String(choice.dark));
  load();
});
byId("issue").addEventListener("change", load);
byId("reader").addEventListener("change", load);

const events = new EventSource("/events");
events.onmessage = async () => { await loadIssues(); await load(); };
events.onerror = () => { byId("state").textContent = "waiting for newsletter preview…"; };
