// A reader's words into the draft: dragged there, or put in by a button or key; always as a `::: reader` block.

import { announce } from "./announce.js";
import { insertBlock, onDrop } from "./editor.js";
import { showPane } from "./panes.js";
import { problemWords } from "./said.js";
import { post } from "./talk.js";
import { t } from "./words.js";

const TYPE = "application/x-newsletter-reply";

// What a dragged mail takes along; without `words` it is all that may be quoted.
export function carry(event, number, words = "") {
  event.dataTransfer.setData(TYPE, JSON.stringify({ number, words }));
  event.dataTransfer.effectAllowed = "copy";
}

// Puts words of a mail behind the paragraph at `at`, or at the caret's.
export async function quote(number, words, at) {
  const found = await post(`/replies/${number}/block`, { words: words || null });
  if (!found) return announce(t("no_answer"), { isShown: true });
  if (found.refused) return announce(problemWords(found.refused), { isShown: true });
  if (!insertBlock(found.block, at)) return announce(t("quote.nowhere"), { isShown: true });
  showPane("write");
  announce(`${t("quote.done")} ${t(`consent.${found.consent || "none"}.says`)}`, { isShown: true });
}

onDrop(TYPE, (data, at) => {
  const { number, words } = JSON.parse(data);
  if (Number.isInteger(number)) quote(number, words, at);
});
