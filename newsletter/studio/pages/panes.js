// The panes: shown or hidden, wider or narrower, by pointer and by keyboard; one at a time on a small screen.
// Tells "panes" when other ones are shown.

import { byId, tell } from "./state.js";

const KEPT = "newsletter.panes";
const PANES = ["issues", "write", "letter", "panel", "replies"];
const BESIDE = ["letter", "replies"]; // one of them stands beside the text, in one place
const PLACES = ["issues", "write", "letter", "panel"];
const GRIPS = { // what a border moves: custom property, axis, sign, limits in px
  issues: { name: "--issues", isWide: true, least: 150, most: 420 },
  write: { name: "--write", isWide: true, least: 300, most: 1400 },
  panel: { name: "--panel-size", isWide: false, least: 90, most: 700, isBackward: true },
};
const small = matchMedia("(max-width: 1023px)");
const kept = { hidden: [], sizes: {}, only: "write", beside: "letter", ...JSON.parse(localStorage.getItem(KEPT) || "{}") };
const main = document.querySelector("main");

const keep = () => localStorage.setItem(KEPT, JSON.stringify(kept));
const placeOf = (pane) => (BESIDE.includes(pane) ? "letter" : pane);
const isPlaceShown = (place) => (small.matches ? placeOf(kept.only) === place : !kept.hidden.includes(place));

export function isShown(pane) {
  if (small.matches) return kept.only === pane;
  return isPlaceShown(placeOf(pane)) && (!BESIDE.includes(pane) || kept.beside === pane);
}

function show() {
  main.dataset.only = small.matches ? kept.only : "";
  for (const pane of PANES) {
    byId(`pane-${pane}`).hidden = !isShown(pane);
    const button = document.querySelector(`button[data-pane="${pane}"]`);
    button.setAttribute("aria-pressed", String(isShown(pane)));
  }
  main.dataset.hidden = PLACES.filter((place) => !isPlaceShown(place)).join(" ");
  for (const grip of document.querySelectorAll("[data-grip]")) {
    const { name } = GRIPS[grip.dataset.grip];
    if (kept.sizes[name]) main.style.setProperty(name, `${kept.sizes[name]}px`);
    grip.setAttribute("aria-valuenow", String(Math.round(sizeOf(grip.dataset.grip))));
  }
  dispatchEvent(new Event("resize"));
  tell("panes");
}

function sizeOf(pane) {
  const box = byId(`pane-${pane}`).getBoundingClientRect();
  return GRIPS[pane].isWide ? box.width : box.height;
}

export function showPane(pane) {
  if (isShown(pane)) return;
  if (small.matches) kept.only = pane;
  else {
    kept.hidden = kept.hidden.filter((one) => one !== placeOf(pane));
    if (BESIDE.includes(pane)) kept.beside = pane;
  }
  keep();
  show();
}

export function togglePane(pane) {
  if (small.matches || !isShown(pane)) return showPane(pane);
  if (pane === "replies") return showPane("letter");
  if (kept.hidden.length === PLACES.length - 1) return; // one stays
  kept.hidden.push(pane);
  keep();
  show();
}

export function focusPane(pane) {
  showPane(pane);
  const box = byId(`pane-${pane}`);
  const targets = {
    issues: ["[aria-current]"], write: [".cm-content"], letter: ["#stage"], panel: ["#verdict"], replies: ["#reply h2", ".mail", "#replies"],
  };
  const found = targets[pane].map((one) => box.querySelector(one)).find(Boolean);
  (found || byId("new")).focus({ preventScroll: true });
}

function resize(pane, size) {
  const { name, least, most } = GRIPS[pane];
  kept.sizes[name] = Math.max(least, Math.min(most, size));
  keep();
  show();
}

for (const grip of document.querySelectorAll("[data-grip]")) {
  const pane = grip.dataset.grip;
  const { isWide, isBackward, least, most } = GRIPS[pane];
  grip.setAttribute("aria-valuemin", String(least));
  grip.setAttribute("aria-valuemax", String(most));
  grip.addEventListener("keydown", (event) => {
    const steps = isWide ? { ArrowLeft: -24, ArrowRight: 24 } : { ArrowUp: 24, ArrowDown: -24 };
    if (!(event.key in steps)) return;
    event.preventDefault();
    resize(pane, sizeOf(pane) + steps[event.key]);
  });
  grip.addEventListener("pointerdown", (event) => {
    grip.setPointerCapture(event.pointerId);
    const [start, size] = [isWide ? event.clientX : event.clientY, sizeOf(pane)];
    grip.onpointermove = (moved) => {
      const by = (isWide ? moved.clientX : moved.clientY) - start;
      resize(pane, size + (isBackward ? -by : by));
    };
    grip.onpointerup = grip.onpointercancel = () => { grip.onpointermove = null; };
  });
}
for (const pane of PANES) {
  document.querySelector(`button[data-pane="${pane}"]`).addEventListener("click", () => togglePane(pane));
}
small.addEventListener("change", show);
show();
