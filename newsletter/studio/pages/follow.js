// Follows the files: the server pushes the chosen letter, now and after each change; an end is noticed and mended.

import { byId, choice, isDark, on, pause, tell } from "./state.js";
import { greet } from "./talk.js";
import { t } from "./words.js";

let events = null;
let line = "starting";

export function connect() {
  events?.close();
  const query = new URLSearchParams({ letter: choice.issue, as: choice.reader, scheme: isDark() ? "dark" : "light" });
  const mine = (events = new EventSource(`/events?${query}`));
  mine.onmessage = (event) => {
    if (mine !== events) return;
    const { change, letter } = JSON.parse(event.data);
    document.body.dataset.told = change;
    tell("change", letter);
  };
  mine.onerror = () => {
    if (mine !== events) return;
    if (mine.readyState !== EventSource.CLOSED) return tell("line", "stopped");
    tell("line", "locked");
    reconnect(mine);
  };
}

// Goes on asking until the browser has the cookie of the new start.
async function reconnect(mine) {
  while (mine === events) {
    await pause(1000);
    if (mine === events && (await greet())) return connect();
  }
}

function showLine() {
  document.body.dataset.state = line;
  byId("state").textContent = t(`line.${line}`);
}

on("line", (state) => {
  line = state;
  showLine();
});
on("words", showLine);
