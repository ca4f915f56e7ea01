// The toolbar's further views: one instead of the letter, and one beside it.

import { byId, choice, choose, element, isDark, on } from "./state.js";
import { addWords, t } from "./words.js";
import { addKey } from "./keys.js";
import { INSIDE, Look, SIMULATED, fit, widthOf } from "./look.js";
import { en } from "./words.more.en.js";
import { nl } from "./words.more.nl.js";

const PLAIN = ["600", "375", "600-dark", "375-dark", "text"];
const OWN = ["600", "375", "text"]; // the shell's own views
const [EDGES, GAP, LEAST] = [2, 24, 0.4]; // px of borders, px between two letters, the smallest zoom

const main = new Look(element("div", "look-box"));
const beside = new Look(element("section", "look-box"));
const instead = element("select", "");
const second = element("select", "");
instead.id = "instead";
second.id = "second";

function group(key, views) {
  const made = document.createElement("optgroup");
  made.label = t(key);
  made.append(...views.map((view) => new Option(t(`look.${view}`), view)));
  return made;
}

function label(key, select) {
  const words = element("span", "", t(key));
  words.dataset.t = key;
  return element("label", "pick", words, " ", select);
}

function name() {
  const others = [group("look.simulated", SIMULATED), group("look.inside", INSIDE)];
  instead.replaceChildren(new Option(t("look.none"), ""), ...others);
  second.replaceChildren(new Option(t("beside.none"), ""), group("look.plain", PLAIN), ...others.map((one) => one.cloneNode(true)));
  beside.box.setAttribute("aria-label", t("beside.name"));
  showChosen();
}

function showChosen() {
  instead.value = OWN.includes(choice.view) ? "" : choice.view;
  second.value = choice.beside || "";
}

function draw() {
  const isOwn = OWN.includes(choice.view);
  byId("sheet").dataset.look = isOwn ? "" : "other";
  main.show(isOwn ? "" : choice.view);
  beside.show(choice.beside || "");
  byId("stage").dataset.beside = choice.beside ? "yes" : "";
  zoom();
}

// Makes one letter, or two beside each other, fit into the stage: smaller, but laid out at its true width.
function zoom() {
  const stage = byId("stage");
  const { paddingLeft, paddingRight } = getComputedStyle(stage);
  const isSmall = innerWidth <= 640; // there letters have no borders at their sides, and plain text has no width
  const isFluid = INSIDE.includes(choice.view) || (choice.view === "text" && isSmall);
  const around = (isSmall ? 0 : EDGES) + (choice.beside ? EDGES + GAP : 0);
  const room = stage.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight) - around;
  const needed = choice.beside ? widthOf(choice.view) + widthOf(choice.beside) : isFluid ? 0 : widthOf(choice.view);
  const factor = room < needed ? Math.max(LEAST, room / needed) : 1;
  stage.style.setProperty("--zoom", String(Math.floor(factor * 1000) / 1000));
}

addWords({ en, nl });
byId("sheet").append(main.box);
byId("stage").append(beside.box);
beside.box.id = "beside";
byId("toolbar-views").append(label("look", instead), label("beside", second));
instead.addEventListener("change", () => choose({ view: instead.value || "600" }));
second.addEventListener("change", () => choose({ beside: second.value }));
on("choice", (names) => {
  showChosen();
  if (names.has("view") || names.has("beside")) draw();
});
on("letter", draw);
on("words", () => {
  name();
  draw();
});
addKey("alt+KeyD", () => choose({ dark: isDark() ? "" : "yes" }), "Alt D", "keys.dark");
addEventListener("resize", () => {
  zoom();
  for (const frame of document.querySelectorAll("iframe.look")) fit(frame);
});
name();
draw();
