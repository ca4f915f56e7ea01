// A mail as it came: all its text, its HTML in a frame that may do nothing, its source.

import { element } from "./state.js";
import { ask } from "./talk.js";
import { problemWords } from "./said.js";
import { t } from "./words.js";

let chosen = "text"; // kept from one mail to the next

function show(stage, number, found) {
  const way = chosen === "page" && !found.has_page ? "text" : chosen;
  if (way === "page") {
    const frame = element("iframe", "");
    frame.setAttribute("sandbox", ""); // nothing is allowed: no scripts, no forms, no other windows, no origin
    frame.title = t("reply.as");
    frame.src = `/replies/${number}/page`;
    stage.replaceChildren(element("p", "soft", t("reply.page_note")), frame);
    return;
  }
  const pre = element("pre", "", found[way]);
  pre.dir = "auto";
  pre.tabIndex = 0; // it may scroll
  pre.setAttribute("role", "region");
  pre.setAttribute("aria-label", t(`reply.as_${way}`));
  stage.replaceChildren(pre, ...(way === "source" && found.is_cut ? [element("p", "soft", t("reply.cut"))] : []));
}

// A box with the original of mail `number`, which fills itself.
export function original(number) {
  const stage = element("div", "stage");
  const ways = element("div", "choices");
  const made = element("section", "original", ways, stage);
  made.setAttribute("aria-label", t("reply.as"));
  ways.setAttribute("role", "group");
  ways.setAttribute("aria-label", t("reply.as"));
  ask(`/replies/${number}/original`).then((found) => {
    if (!found || found.refused) {
      return stage.replaceChildren(element("p", "refused", found ? problemWords(found.refused) : t("no_answer")));
    }
    if (chosen === "page" && !found.has_page) chosen = "text";
    const each = ["text", ...(found.has_page ? ["page"] : []), "source"].map((way) => {
      const button = element("button", "", t(`reply.as_${way}`));
      button.type = "button";
      button.dataset.way = way;
      button.addEventListener("click", () => {
        chosen = way;
        for (const one of each) one.setAttribute("aria-pressed", String(one === button));
        show(stage, number, found);
      });
      button.setAttribute("aria-pressed", String(way === chosen));
      return button;
    });
    ways.replaceChildren(...each);
    return show(stage, number, found);
  });
  return made;
}
