// The toolbar over the letter: which reader, how wide, light or dark, plain text.

import { byId, choice, choose, isDark, on } from "./state.js";
import { t } from "./words.js";

function show() {
  for (const button of document.querySelectorAll("button[data-view]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === choice.view));
  }
  byId("dark").setAttribute("aria-pressed", String(isDark()));
  if (byId("reader").value !== choice.reader) byId("reader").value = choice.reader;
}

export function showReaders(readers) {
  if (choice.reader && !readers.some((reader) => reader.email === choice.reader)) choose({ reader: "" });
  byId("reader").replaceChildren(
    new Option(t("reader.nobody"), ""),
    ...readers.map((reader) => new Option(reader.label, reader.email)),
  );
  byId("reader").value = choice.reader;
}

for (const button of document.querySelectorAll("button[data-view]")) {
  button.addEventListener("click", () => choose({ view: button.dataset.view }));
}
byId("dark").addEventListener("click", () => choose({ dark: isDark() ? "" : "yes" }));
byId("reader").addEventListener("change", (event) => choose({ reader: event.target.value }));
on("choice", show);
on("words", () => {
  if (byId("reader").options.length) byId("reader").options[0].text = t("reader.nobody");
});
show();
