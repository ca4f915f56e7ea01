// Shows two versions side by side and lets the author choose; answers with the text to have, null for later.

import { EditorState, EditorView, MergeView, defaultKeymap, history, historyKeymap, keymap } from "./vendor/editor.js";
import { byId } from "./state.js";
import { looks } from "./editor.js";
import { t } from "./words.js";

const name = (key) => EditorView.contentAttributes.of({ "aria-label": t(key) });

export function compare({ name: issue, theirs, mine, merged }) {
  byId("conflict-title").textContent = t("conflict.title", { name: `${issue}.md` });
  const panes = new MergeView({
    a: { doc: theirs, extensions: [...looks(), EditorState.readOnly.of(true), name("conflict.theirs")] },
    b: { doc: merged, extensions: [...looks(), history(), keymap.of([...defaultKeymap, ...historyKeymap]), name("conflict.mine")] },
    parent: byId("conflict-panes"),
    revertControls: "a-to-b",
    collapseUnchanged: { margin: 3, minSize: 6 },
  });
  const dialog = byId("conflict");
  const choices = {
    "conflict-use": () => panes.b.state.doc.toString(),
    "conflict-keep": () => mine,
    "conflict-take": () => theirs,
    "conflict-later": () => null,
  };
  return new Promise((resolve) => {
    let chosen = null;
    for (const [id, choose] of Object.entries(choices)) {
      byId(id).onclick = () => {
        chosen = choose();
        dialog.close();
      };
    }
    dialog.onclose = () => {
      panes.destroy();
      byId("conflict-panes").replaceChildren();
      resolve(chosen);
    };
    dialog.showModal();
    byId("conflict-use").focus();
  });
}
