// Text that is not in the file yet, kept in the browser so that it survives a reload and a restart.

const PREFIX = `newsletter.draft.${document.querySelector('meta[name="newsletter-project"]').content}.`;
const WAIT_MS = 250;
let timer = 0;
let waiting = null; // what the timer will store

// `text` is asked for later, when the author pauses; `source` is the version it began from.
export function keepDraft(source, text) {
  clearTimeout(timer);
  waiting = () => store(source, text());
  timer = setTimeout(flushDrafts, WAIT_MS);
}

export function flushDrafts() {
  clearTimeout(timer);
  waiting?.();
  waiting = null;
}

function store({ name, digest, text: base, isGone }, text) {
  if (text === base && !isGone) return;
  for (const kept of [{ text, digest, base }, { text, digest, base: "" }]) {
    try {
      localStorage.setItem(PREFIX + name, JSON.stringify(kept));
      return;
    } catch {
      // too large for the browser together with its base: without it a merge becomes a choice
    }
  }
}

export function keptDraft(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + name));
    return kept && typeof kept.text === "string" ? kept : null;
  } catch {
    return null;
  }
}

export function dropDraft(name) {
  clearTimeout(timer);
  waiting = null;
  localStorage.removeItem(PREFIX + name);
}

addEventListener("pagehide", flushDrafts);
