// Says what happened, to screen readers and, where it matters, for a while on the page.

import { byId } from "./state.js";

let timer = 0;

export function announce(words, { isShown = false } = {}) {
  byId("announce").textContent = words;
  byId("toast").textContent = isShown ? words : "";
  byId("toast").hidden = !isShown;
  clearTimeout(timer);
  if (isShown) timer = setTimeout(() => { byId("toast").hidden = true; }, 8000);
}
