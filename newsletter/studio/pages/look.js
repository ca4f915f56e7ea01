// One way to look at the letter, drawn into a box: a simulation, plain text, HTML source or the head of the mail.

import { choice, element, isDark, studio, tell } from "./state.js";
import { ask, post } from "./talk.js";
import { problemWords } from "./said.js";
import { decimal, plural, t } from "./words.js";
import { fill } from "./letter.js";
import { isDirty, text } from "./editor.js";
import { showSource } from "./source.js";

export const SIMULATED = ["images-off", "gmail", "gmail-non-google", "gmail-dark", "outlook-classic", "outlook-dark"];
export const INSIDE = ["html", "head"];
const NARROW = ["gmail-non-google", "gmail-dark", "outlook-dark"];

export const widthOf = (view) => (view === "text" ? 700 : view.startsWith("375") || NARROW.includes(view) ? 375 : 600);
const isPaper = (view) => /^(600|375)(-dark)?$/.test(view);
const isDarkView = (view) => view.endsWith("-dark") || (isPaper(view) && isDark());

export class Look {
  constructor(box) {
    this.box = box;
    this.view = "";
    this.turn = 0;
    this.note = element("div", "note");
    this.content = element("div", "paper");
    box.append(this.note, this.content);
  }

  // Draws `view` of the letter that is painted; an empty view empties the box.
  async show(view) {
    const mine = ++this.turn;
    const isOther = view !== this.view;
    this.view = view;
    this.box.hidden = !view || !studio.letter;
    if (this.box.hidden) return;
    const drawn = await this.draw(view);
    if (mine !== this.turn || !drawn) return;
    if (isOther) this.note.replaceChildren();
    await drawn();
    if (mine !== this.turn) return;
    this.box.dataset.view = view;
    this.box.dataset.scheme = isDarkView(view) ? "dark" : "light";
    this.box.dataset.drawn = String(Number(this.box.dataset.drawn || 0) + 1);
  }

  // Asks for what `view` needs; the answer is how to put it on the page.
  async draw(view) {
    const { letter } = studio;
    if (view === "text") return () => this.put(element("pre", "text", letter.text));
    if (view === "html") {
      const found = await ask(`/html/${letter.number}`);
      return found && (() => showSource(this.content, found.html || ""));
    }
    if (view === "head") return this.head();
    if (isPaper(view)) {
      const html = isDarkView(view) === isDark() ? letter.html : await page(letter.number, isDarkView(view));
      return html && (() => this.frame(view, html));
    }
    const found = await ask(`/view/${letter.number}/${view}`);
    if (!found || found.refused) return null;
    return async () => {
      await this.frame(view, found.html);
      this.tellLosses(view, found);
    };
  }

  put(...inside) {
    this.content.replaceChildren(...inside);
  }

  async frame(view, html) {
    let frame = this.content.querySelector("iframe");
    if (!frame) {
      frame = element("iframe", "look");
      frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
      frame.src = "/paper/blank";
      this.loaded = new Promise((resolve) => { frame.onload = resolve; });
      this.put(frame);
    }
    await this.loaded; // what is put in before would be lost
    frame.title = t("look.frame", { client: t(`look.${view}`) });
    frame.style.width = `${widthOf(view)}px`;
    if (frame.isConnected) {
      fill(frame, html);
      frame.contentDocument.documentElement.addEventListener("click", jump);
      fit(frame);
      for (const image of frame.contentDocument.images) image.addEventListener("load", () => fit(frame));
    }
  }

  async head() {
    const address = `/head/${encodeURIComponent(choice.issue)}?${new URLSearchParams({ as: choice.reader })}`;
    const found = await (isDirty() ? post(address, { text: text() }) : ask(address));
    if (!found) return null;
    if (found.refused) return () => this.put(element("p", "", problemWords(found.refused)));
    return () => {
      const names = found.fields.flatMap((field) => [element("dt", "", field.name), element("dd", "", field.value)]);
      const raw = element("details", "", element("summary", "", t("head.raw")), element("pre", "", found.raw));
      const size = element("p", "soft", t("head.size", { size: decimal(found.size / 1000) }));
      this.put(element("div", "head", element("dl", "", ...names), size, raw));
    };
  }

  tellLosses(view, { losses, source }) {
    const isOpen = Boolean(this.note.querySelector("details")?.open);
    const label = element("p", "label", t("look.simulation", { client: t(`look.${view}`), source }));
    if (!losses.length) return this.note.replaceChildren(label, element("p", "", t("losses.none")));
    const lines = element("ul", "", ...losses.map(loss));
    lines.tabIndex = 0; // it may scroll
    const list = element("details", "", element("summary", "", plural("losses", losses.length)), lines);
    list.open = isOpen;
    this.note.replaceChildren(label, list);
  }
}

function loss({ kind, what, count, lines }) {
  const item = element("li", kind, element("span", "kind", t(`loss.${kind}`)), " ", element("code", "", what));
  if (count > 1) item.append(" ", element("span", "soft", t("losses.times", { count })));
  for (const line of lines.slice(0, 6)) {
    const button = element("button", "place", t("losses.line", { line }));
    button.type = "button";
    button.addEventListener("click", () => tell("jump", line));
    item.append(" ", button);
  }
  return item;
}

async function page(number, dark) {
  try {
    const response = await fetch(`/paper/${number}?scheme=${dark ? "dark" : "light"}`);
    return response.ok ? response.text() : null;
  } catch {
    return null;
  }
}

export function fit(frame) {
  const found = frame.contentDocument;
  if (!found?.body) return;
  frame.style.height = "0";
  frame.style.height = `${Math.max(found.documentElement.scrollHeight, found.body.scrollHeight)}px`;
}

// A click in a simulated letter goes to the line it comes from; a link does not leave the studio.
function jump(event) {
  event.preventDefault();
  for (let block = event.target; block; block = block.parentElement) {
    const line = block.dataset?.line || (/(?:^|\s)line-(\d+)\s/.exec(block.getAttribute("class") || "") || [])[1];
    if (line) return tell("jump", Number(line));
  }
}
