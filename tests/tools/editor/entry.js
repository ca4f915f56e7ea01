// The parts of CodeMirror 6 that the studio's editor is made of, as one module without further imports.
export { EditorState, Compartment, Annotation, Transaction, StateEffect, StateField, RangeSet } from "@codemirror/state";
export {
  EditorView, Decoration, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, drawSelection, dropCursor, placeholder, gutter, GutterMarker,
} from "@codemirror/view";
export {
  history, historyKeymap, defaultKeymap, isolateHistory, undo, redo, invertedEffects,
} from "@codemirror/commands";
export { search, searchKeymap, openSearchPanel, highlightSelectionMatches } from "@codemirror/search";
export { syntaxHighlighting, HighlightStyle } from "@codemirror/language";
export { markdown, markdownLanguage, insertNewlineContinueMarkup } from "@codemirror/lang-markdown";
export { yamlFrontmatter } from "@codemirror/lang-yaml";
export { autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
export { lintGutter, setDiagnostics, lintKeymap, nextDiagnostic, forceLinting, openLintPanel } from "@codemirror/lint";
export { MergeView } from "@codemirror/merge";
export { tags } from "@lezer/highlight";
