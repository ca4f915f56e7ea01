// The line under the editor: what the checks say about the line the caret is in.

import { byId, on, studio } from "./state.js";
import { line } from "./editor.js";
import { allFindings } from "./findings.js";

function show() {
  const here = studio.source ? allFindings().filter((one) => one.line === line() && one.path === studio.source.path) : [];
  byId("here").dataset.mood = here.length ? here[0].severity : "";
  byId("here").lang = here.length ? "en" : "";
  const more = here.length > 1 ? ` (+${here.length - 1})` : "";
  byId("here").textContent = here.slice(0, 1).map((one) => [one.what, one.fix].filter(Boolean).join(" → ") + more).join("");
}

on("caret", show);
on("report", show);
on("refused", show);
on("source", show);
