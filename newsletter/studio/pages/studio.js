// Paints the chosen letter into the frame that is not shown, then swaps the two, so that nothing flickers.
// The frames are as high as the letter and the page scrolls, so a new letter keeps the reader's place.
"use strict";

const byId = (id) => document.getElementById(id);
const told = new URLSearchParams(location.hash.slice(1));
const choice = {
  view: told.get("view") || (innerWidth < 640 ? "375" : "600"),
  dark: told.has("dark"),
  issue: told.get("letter"),
  reader: told.get("as") || "",
};
const LIMIT = 100000; // bytes; Gmail clips what is longer
const NEAR = 75000;
let [shown, spare] = document.querySelectorAll("iframe");
let turn = 0; // the newest request; answers to older ones are dropped
let painting = 0;
let hasLetter = false;
let refused = []; // why the newest letter could not be built
let isChecking = false;
let checkAgain = false;

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function element(name, kind, ...inside) {
  const made = document.createElement(name);
  made.className = kind;
  made.append(...inside);
  return made;
}

function setState(state, words) {
  document.body.dataset.state = state;
  byId("state").textContent = words;
}

async function ask(address) {
  let response;
  try {
    response = await fetch(address);
  } catch {
    setState("stopped", "preview has stopped");
    return null;
  }
  const isJson = (response.headers.get("content-type") || "").startsWith("application/json");
  if (isJson) return response.json();
  if (response.status === 403) setState("stopped", "open the address newsletter preview printed");
  else setState("stopped", "a bug: see the terminal");
  return null;
}

// --- what the checks found ----------------------------------------------------------------------------

function setVerdict(mood, words) {
  byId("verdict").dataset.mood = byId("jump").dataset.mood = mood;
  byId("verdict").textContent = words;
  byId("jump").textContent = words.replace(/^([0-9]+ [a-z]+) to .*/, "$1");
}

function card(finding) {
  const item = element("li", finding.severity);
  if (finding.place || finding.code) {
    item.append(element("p", "where", element("span", "place", finding.place), element("span", "code", finding.code)));
  }
  item.append(element("p", "what", finding.what));
  if (finding.why) item.append(element("p", "why", finding.why));
  if (finding.fix) item.append(element("p", "fix", finding.fix));
  return item;
}

function showFindings(findings) {
  const groups = [["error", "To mend before sending"], ["warning", "To look at"], ["info", "Advice"]];
  byId("findings").replaceChildren(...groups.flatMap(([severity, title]) => {
    const some = findings.filter((finding) => finding.severity === severity);
    if (!some.length) return [];
    const heading = element("h2", "", element("span", "", title), element("span", "", String(some.length)));
    return [heading, element("ul", "", ...some.map(card))];
  }));
}

function showReport(report) {
  const named = new Set(report.findings.map((finding) => finding.what));
  const findings = [...refused.filter((problem) => !named.has(problem.what)), ...report.findings];
  const count = (severity) => findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings] = [count("error"), count("warning")];
  const unrun = report.not_run.reduce((sum, group) => sum + group.count, 0);
  if (errors) setVerdict("error", `${plural(errors, "fault")} to mend before sending`);
  else if (report.is_blocking) setVerdict("error", `${plural(warnings, "warning")} to mend before sending`);
  else if (warnings) setVerdict("warning", `${plural(warnings, "warning")} to look at`);
  else setVerdict("ok", "Nothing to mend");
  showFindings(findings);
  byId("unrun").hidden = !unrun;
  byId("unrun").querySelector("summary").textContent = `${plural(unrun, "check")} did not run yet`;
  byId("unrun").querySelector("ul").replaceChildren(
    ...report.not_run.map((group) => element("li", "", `${group.count} × ${group.reason}`)),
  );
}

async function check() {
  if (isChecking) {
    checkAgain = true;
    return;
  }
  isChecking = true;
  do {
    checkAgain = false;
    const asked = turn;
    const report = await ask(`/findings/${encodeURIComponent(choice.issue)}`);
    if (!report || asked !== turn) continue;
    if (report.refused) showProblems(report.refused);
    else showReport(report);
    document.body.dataset.checked = String(asked);
  } while (checkAgain);
  isChecking = false;
}

function showProblems(problems) {
  setVerdict("error", `${plural(problems.length, "fault")} to mend`);
  showFindings(problems);
  byId("unrun").hidden = true;
}

// --- the letter ---------------------------------------------------------------------------------------

function fit(frame) {
  const page = frame.contentDocument;
  if (!page || !page.body) return;
  const places = [byId("stage"), document.scrollingElement].map((box) => [box, box.scrollTop]);
  frame.style.height = "0"; // a letter that asks for the window's height must not keep the old one
  frame.style.height = `${Math.max(page.documentElement.scrollHeight, page.body.scrollHeight)}px`;
  for (const [box, top] of places) box.scrollTop = top;
}

function paint(number, isOther) {
  const mine = ++painting;
  return new Promise((resolve) => {
    const next = spare;
    next.onload = async () => {
      const page = next.contentDocument;
      const pictures = Promise.allSettled([...page.images].map((image) => image.decode()));
      await Promise.race([pictures, pause(500)]);
      if (mine !== painting) return resolve(); // a newer letter is on its way into this frame
      fit(next);
      for (const [frame, isSpare] of [[next, false], [shown, true]]) {
        frame.classList.toggle("spare", isSpare);
        frame.title = isSpare ? "The next letter" : "The letter";
        frame.tabIndex = isSpare ? -1 : 0;
        frame.ariaHidden = isSpare ? "true" : null;
      }
      [shown, spare] = [next, shown];
      if (isOther) byId("stage").scrollTop = document.scrollingElement.scrollTop = 0;
      resolve();
    };
    // `replace` adds nothing to the browser's history.
    next.contentWindow.location.replace(`/paper/${number}?scheme=${choice.dark ? "dark" : "light"}`);
  });
}

function showEnvelope(letter) {
  const [, name, email] = /^(.*?)\s*<([^<>]*)>$/.exec(letter.sender) || [null, letter.sender, ""];
  const plain = name.replace(/^"(.*)"$/, "$1") || email;
  const words = plain.split(/[\s@.]+/).filter(Boolean);
  byId("avatar").textContent = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => (word || "")[0] || "").join("").toUpperCase();
  byId("sender").replaceChildren(plain, element("span", "", name ? email : ""));
  byId("subject").textContent = letter.subject;
  byId("preheader").textContent = letter.preheader;
  byId("text").textContent = letter.text;
  document.title = `${letter.subject} · newsletter`;
}

function showSize(bytes) {
  const bar = document.querySelector(".bar");
  byId("size").hidden = false;
  byId("bytes").textContent = `${(bytes / 1000).toFixed(1)} of ${LIMIT / 1000} kB`;
  byId("clip").textContent = bytes > LIMIT ? "Gmail will clip this letter." : bytes > NEAR ? "Close to where Gmail clips." : "";
  bar.setAttribute("aria-valuenow", String(Math.min(bytes, LIMIT)));
  bar.dataset.mood = bytes > LIMIT ? "error" : bytes > NEAR ? "warning" : "ok";
  bar.firstElementChild.style.width = `${Math.min(100, (100 * bytes) / LIMIT)}%`;
}

function showNone(words) {
  byId("sheet").hidden = true;
  byId("size").hidden = true;
  byId("none").hidden = false;
  byId("none").textContent = words;
}

function refuse(problems) {
  refused = problems;
  showProblems(problems);
  setState("refused", "not built");
  if (hasLetter) {
    byId("stale").textContent = "This is the last letter that could be built.";
    byId("stale").hidden = false;
  } else {
    showNone("This letter cannot be built yet. What to mend is listed beside it.");
  }
}

async function load({ isOther = false } = {}) {
  remember();
  if (!choice.issue) return;
  const mine = ++turn;
  const query = choice.reader ? `?${new URLSearchParams({ as: choice.reader })}` : "";
  const letter = await ask(`/letter/${encodeURIComponent(choice.issue)}${query}`);
  if (!letter || mine !== turn) return;
  if (isOther) hasLetter = false;
  if (letter.refused) {
    await pause(120); // an editor may be half-way through writing the file
    if (mine !== turn) return;
    refuse(letter.refused);
    check(); // may find more than what keeps the letter from being built
    return;
  }
  byId("sheet").hidden = false;
  byId("none").hidden = true;
  await paint(letter.number, isOther);
  if (mine !== turn) return;
  hasLetter = true;
  refused = [];
  byId("stale").hidden = true;
  byId("sheet").dataset.scheme = choice.dark ? "dark" : "light";
  showEnvelope(letter);
  showSize(letter.size);
  setState("live", "live");
  document.body.dataset.painted = String(Number(document.body.dataset.painted) + 1);
  check();
}

// --- choices ------------------------------------------------------------------------------------------

function remember() {
  const words = new URLSearchParams();
  if (choice.issue) words.set("letter", choice.issue);
  if (choice.reader) words.set("as", choice.reader);
  words.set("view", choice.view);
  if (choice.dark) words.set("dark", "");
  history.replaceState(null, "", `#${words}`);
}

function showView() {
  const isText = choice.view === "text";
  byId("sheet").dataset.view = choice.view;
  byId("text").hidden = !isText;
  shown.hidden = spare.hidden = isText;
  for (const button of document.querySelectorAll("button[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === choice.view));
  }
  byId("dark").setAttribute("aria-pressed", String(choice.dark));
  if (!isText) fit(shown);
}

async function loadChoices() {
  const found = await ask("/choices");
  if (!found) return;
  if (found.refused) {
    refuse(found.refused);
    return;
  }
  if (!found.issues.includes(choice.issue)) choice.issue = found.first;
  byId("issue").replaceChildren(...found.issues.map((name) => new Option(name, name)));
  byId("issue").value = choice.issue || "";
  if (!found.readers.some((reader) => reader.email === choice.reader)) choice.reader = "";
  byId("reader").replaceChildren(
    new Option("Nobody in particular", ""),
    ...found.readers.map((reader) => new Option(reader.label, reader.email)),
  );
  byId("reader").value = choice.reader;
  if (!found.issues.length) {
    showNone("There are no issues yet. Begin one with:  newsletter new \"Subject\"");
    setVerdict("busy", "Nothing to check yet");
    setState("live", "live");
  }
}

async function follow() {
  const before = choice.issue;
  if (!before) await loadChoices();
  await load();
  if (!before) return;
  await loadChoices(); // files may have come or gone, but the letter is painted first
  if (choice.issue !== before) await load({ isOther: true });
}

for (const button of document.querySelectorAll("button[data-view]")) {
  button.addEventListener("click", () => { choice.view = button.dataset.view; showView(); remember(); });
}
byId("dark").addEventListener("click", () => { choice.dark = !choice.dark; showView(); load(); });
byId("issue").addEventListener("change", (event) => { choice.issue = event.target.value; load({ isOther: true }); });
byId("reader").addEventListener("change", (event) => { choice.reader = event.target.value; load(); });
byId("jump").addEventListener("click", () => {
  byId("verdict").scrollIntoView({ block: "start" });
  byId("verdict").focus({ preventScroll: true });
});
addEventListener("resize", () => { if (choice.view !== "text") fit(shown); });

showView();
const events = new EventSource("/events");
events.onmessage = follow;
events.onerror = () => {
  if (events.readyState === EventSource.CLOSED) setState("stopped", "open the address newsletter preview printed");
  else setState("stopped", "preview has stopped");
};
