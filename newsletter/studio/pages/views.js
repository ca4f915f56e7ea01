// The toolbar over the letter: which reader, how wide, light or dark, plain text.

import { byId, choice, choose, isDark, on } from "./state.js";
import { said } from "./said.js";
import { t } from "./words.js";

function show() {
  for (const button of document.querySelectorAll("button[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === choice.view));
  }
  byId("dark").setAttribute("aria-pressed", String(isDark()));
  if (byId("reader").value !== choice.reader) byId("reader").value = choice.reader;
}

// A reader found by searching stays in the list to choose from.
const kept = [];
let suggestions = [];

export function keepReader(reader) {
  if ([...byId("reader").options].some((option) => option.value === reader.email)) return;
  kept.push(reader);
  suggestions.push(reader);
  byId("reader").append(new Option(reader.label, reader.email));
}

export function showReaders(suggested) {
  suggestions = [...suggested, ...kept.filter((one) => !suggested.some((other) => other.email === one.email))];
  if (choice.reader && !suggestions.some((reader) => reader.email === choice.reader)) choose({ reader: "" });
  listReaders();
}

function listReaders() {
  byId("reader").replaceChildren(
    new Option(t("reader.nobody"), ""),
    ...suggestions.map((reader) => new Option(said(reader.label), reader.email)),
  );
  byId("reader").value = choice.reader;
}

for (const button of document.querySelectorAll("button[data-view]")) {
  button.addEventListener("click", () => choose({ view: button.dataset.view }));
}
byId("dark").addEventListener("click", () => choose({ dark: isDark() ? "" : "yes" }));
byId("reader").addEventListener("change", (event) => choose({ reader: event.target.value }));
on("choice", show);
on("words", listReaders);
show();
