// The editor: CodeMirror with Markdown under YAML, soft colours, and findings at their lines.

import {
  Annotation, Compartment, EditorState, EditorView, HighlightStyle, autocompletion, completionKeymap,
  defaultKeymap, drawSelection, dropCursor, highlightActiveLine,
  highlightActiveLineGutter, highlightSelectionMatches, highlightSpecialChars, history, historyKeymap,
  isolateHistory, keymap, lineNumbers, lintGutter, lintKeymap, markdown, markdownLanguage, nextDiagnostic, search,
  searchKeymap, setDiagnostics, syntaxHighlighting, tags, yamlFrontmatter,
} from "./vendor/editor.js";
import { byId, on, studio, tell } from "./state.js";
import { placeAfter } from "./blocks.js";
import { complete } from "./completion.js";
import { said } from "./said.js";
import { phrases, t } from "./words.js";

const notTyped = Annotation.define(); // a change that did not come from the author
const access = new Compartment();
const naming = new Compartment();
const states = new Map(); // by issue, so that undo survives a look at another one
let open = ""; // the issue in the editor
let drop = { type: "", take: () => {} }; // what may be dropped beside text, and who takes it

const COLOURS = HighlightStyle.define([
  { tag: tags.heading, fontWeight: "650", color: "var(--ink)" },
  { tag: tags.strong, fontWeight: "650" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: [tags.link, tags.url], color: "var(--accent)" },
  { tag: [tags.monospace, tags.literal], color: "var(--code)" },
  { tag: tags.quote, color: "var(--soft)" },
  { tag: [tags.processingInstruction, tags.contentSeparator, tags.punctuation, tags.meta], color: "var(--faint)" },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--accent)" },
  { tag: tags.string, color: "var(--ink)" },
  { tag: tags.comment, color: "var(--faint)", fontStyle: "italic" },
]);

export const nonce = () => byId("nonce").nonce;

// What every text pane here has in common; the one for conflicts uses it too.
export const looks = () => [
  EditorState.phrases.of(phrases()),
  EditorView.cspNonce.of(nonce()),
  EditorView.lineWrapping,
  EditorView.contentAttributes.of({ tabindex: "0" }),
  highlightSpecialChars(),
  drawSelection(),
  yamlFrontmatter({ content: markdown({ base: markdownLanguage }) }),
  syntaxHighlighting(COLOURS),
  lineNumbers(),
];

function extensions(lang) {
  return [
    ...looks(),
    history(),
    dropCursor(),
    EditorView.domEventHandlers({ dragover: allowed, drop: dropped }),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    search({ top: true }),
    autocompletion({ override: [complete], icons: false }),
    lintGutter(),
    access.of(EditorState.readOnly.of(false)),
    naming.of(names(lang)),
    keymap.of([
      ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...completionKeymap, ...lintKeymap,
    ]),
    EditorView.updateListener.of(heard),
  ];
}

const names = (lang) => EditorView.contentAttributes.of({
  "aria-label": t("editor.name"), spellcheck: "true", autocorrect: "on", lang: lang || "",
});

const view = new EditorView({ state: EditorState.create({ extensions: extensions("") }), parent: byId("editor") });

function heard(update) {
  const isOwn = update.transactions.some((one) => one.annotation(notTyped));
  if (update.docChanged && !isOwn) tell("typed");
  if (update.docChanged || update.selectionSet) tell("caret", { line: line(), isMoved: !isOwn });
}

export const text = () => view.state.doc.toString();
export const line = () => view.state.doc.lineAt(view.state.selection.main.head).number;
export const focus = () => view.focus();
export const isDirty = () => Boolean(studio.source) && open === studio.source.name &&
  (studio.source.isGone || text() !== studio.source.text);

// Puts the text of an issue into the editor, with the undo steps it had when it was open before.
export function openText(name, content, lang) {
  if (open) states.set(open, view.state);
  open = name;
  view.setState(states.get(name) || EditorState.create({ doc: content, extensions: extensions(lang) }));
  view.dispatch({ effects: [naming.reconfigure(names(lang)), access.reconfigure(EditorState.readOnly.of(false))] });
  replaceText(content);
}

// Changes what differs and no more, so that caret and place stay; one undo step brings the old text back.
export function replaceText(content) {
  const old = text();
  if (old === content) return;
  const most = Math.min(old.length, content.length);
  let from = 0;
  while (from < most && old[from] === content[from]) from += 1;
  let back = 0;
  while (back < most - from && old.at(-1 - back) === content.at(-1 - back)) back += 1;
  view.dispatch({
    changes: { from, to: old.length - back, insert: content.slice(from, content.length - back) },
    annotations: [notTyped.of(true), isolateHistory.of("full")],
  });
}

// --- blocks put in ----------------------------------------------------------------------------------------

// `take` is told what was dropped as `type`, and where in the text.
export const onDrop = (type, take) => { drop = { type, take }; };
const isTaken = (event) => Boolean(drop.type) && event.dataTransfer?.types.includes(drop.type);

function allowed(event) {
  if (!isTaken(event)) return false;
  event.preventDefault();
  event.dataTransfer.dropEffect = "copy";
  return false; // the editor still shows where it would fall
}

function dropped(event) {
  if (!isTaken(event)) return false;
  event.preventDefault();
  drop.take(event.dataTransfer.getData(drop.type), view.posAtCoords({ x: event.clientX, y: event.clientY }, false));
  return true;
}

// Puts a block behind the paragraph at `at` (the caret's), as one step to undo; false when there is no text to put it in.
export function insertBlock(block, at = view.state.selection.main.head) {
  if (!studio.source || view.state.readOnly) return false;
  const { from, before, after } = placeAfter(view.state.doc, Math.min(at, view.state.doc.length));
  const anchor = from + before.length;
  view.dispatch({
    changes: { from, insert: before + block + after },
    selection: { anchor },
    effects: EditorView.scrollIntoView(anchor, { y: "center" }),
    annotations: isolateHistory.of("full"),
  });
  return true;
}

export function shut() {
  view.dispatch({ effects: access.reconfigure(EditorState.readOnly.of(true)) });
}

export function goTo(number) {
  const found = view.state.doc.line(Math.max(1, Math.min(number, view.state.doc.lines)));
  view.dispatch({ selection: { anchor: found.from }, effects: EditorView.scrollIntoView(found.from, { y: "center" }) });
  view.focus();
}

// --- findings -------------------------------------------------------------------------------------------

function diagnostic(finding) {
  const found = view.state.doc.line(Math.min(finding.line, view.state.doc.lines));
  const start = found.from + Math.min((finding.column || 1) - 1, found.length);
  const from = finding.column ? start : found.from + (/^\s*/.exec(found.text)[0].length);
  const word = /^[\p{L}\p{N}_@.:/-]+|^.\S*/u.exec(found.text.slice(from - found.from));
  const to = finding.column && word ? from + word[0].length : found.to;
  const [what, why, fix] = [finding.what, finding.why, finding.fix].map((text) => text && said(text));
  const message = [what, why, fix && `→ ${fix}`].filter(Boolean).join("\n");
  return { from, to: Math.max(from, to), severity: finding.severity, message };
}

export function showDiagnostics(findings) {
  if (!studio.source) return;
  const here = findings.filter((finding) => finding.line && finding.path === studio.source.path);
  view.dispatch(setDiagnostics(view.state, here.map(diagnostic)));
}

export const nextFinding = () => nextDiagnostic(view);

// What CodeMirror says itself, such as in its search panel, changes with the next text that is opened.
on("words", () => view.dispatch({ effects: naming.reconfigure(names(studio.source && studio.source.lang)) }));
