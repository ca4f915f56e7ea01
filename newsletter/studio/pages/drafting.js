// The letter while typing: the unsaved text goes to the server, which renders it from memory.

import { choice, isDark, on, studio } from "./state.js";
import { post } from "./talk.js";
import { text } from "./editor.js";
import { show } from "./letter.js";

const WAIT_MS = 60;
const REFUSE_MS = 500;
let refusing = 0;
let timer = 0;
let isUnderWay = false;
let again = false;

export async function draw() {
  again = true;
  if (isUnderWay) return;
  isUnderWay = true;
  while (again) {
    again = false;
    const name = choice.issue;
    const query = new URLSearchParams({ as: choice.reader, scheme: isDark() ? "dark" : "light" });
    const letter = await post(`/letter/${encodeURIComponent(name)}?${query}`, { text: text() });
    if (!letter || name !== choice.issue) continue;
    clearTimeout(refusing);
    if (letter.refused) refusing = setTimeout(() => show(letter), REFUSE_MS); // a slot or link may be half typed
    else await show(letter);
  }
  isUnderWay = false;
}

on("choice", () => clearTimeout(refusing));
on("typed", () => {
  clearTimeout(timer);
  clearTimeout(refusing);
  if (studio.source) timer = setTimeout(draw, WAIT_MS);
});
