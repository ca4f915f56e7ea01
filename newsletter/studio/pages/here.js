// The line under the editor: what the checks say about the line the caret is in.

import { byId, on, studio } from "./state.js";
import { line } from "./editor.js";
import { allFindings } from "./findings.js";
import { saying } from "./said.js";

function show() {
  const here = studio.source ? allFindings().filter((one) => one.line === line() && one.path === studio.source.path) : [];
  byId("here").dataset.mood = here.length ? here[0].severity : "";
  const more = here.length > 1 ? ` (+${here.length - 1})` : "";
  const parts = here.slice(0, 1).flatMap(({ what, fix }) => [saying("span", "", what), ...(fix ? [" → ", saying("span", "", fix)] : []), more]);
  byId("here").replaceChildren(...parts);
}

on("caret", show);
on("report", show);
on("refused", show);
on("source", show);
on("words", show);
