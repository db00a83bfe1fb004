import { t } from "../text/text.ts";
import { clipText, pasteText } from "./editing.ts";
import type { OpenFlow } from "./open-flow.ts";
import { say } from "./stage.ts";

/** Copies the chosen steps where no key was pressed for it. */
export async function copyChosen(open: OpenFlow) {
  const text = clipText(open);
  if (!text) return say(t("action.chooseFirst"), { bad: true });
  await reach((clipboard) => clipboard.writeText(text).then(() => say(t("ui.copied"))));
}

/** Pastes steps where no key was pressed for it. */
export async function pasteCopied(open: OpenFlow) {
  await reach((clipboard) => clipboard.readText().then((text) => pasteText(open, text)));
}

/** Browsers give the clipboard away by key; otherwise only to pages of this machine or by HTTPS, and to those allowed. */
async function reach(work: (clipboard: Clipboard) => Promise<void>) {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  await (clipboard ? work(clipboard) : Promise.reject()).catch(() => say(t("say.byKey"), { bad: true }));
}
