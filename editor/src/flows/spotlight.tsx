import { Kbd } from "@mantine/core";
import type { SpotlightActionGroupData } from "@mantine/spotlight";
import { t } from "../text/text.ts";
import { SearchBox, usePageActions } from "../ui/search-box.tsx";
import { actionsFor } from "./actions.ts";
import { addStep, choose } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import { KindIcon } from "./kind-icon.tsx";
import { useFlow } from "./open-flow.ts";
import { kindOf, nameOf } from "./outputs.ts";
import { stage } from "./stage.ts";
import { shownKeys } from "./toolbar.tsx";

/** Everything that can be done with the open flow or gone to from it, by name. */
export function ActionSearch() {
  const editing = useEditing();
  const { open, kinds } = editing;
  const flow = useFlow(open);
  const { going, page } = usePageActions();
  const actions = actionsFor(editing);
  // What changes the draft shows it too, where a version was looked at.
  const changing = [t("group.edit"), t("group.arrange")];
  const groups = [...new Set(actions.map(({ group }) => group))];
  const done: SpotlightActionGroupData[] = groups.map((group) => ({
    group,
    actions: actions
      .filter((each) => each.group === group)
      .map(({ id, title, keys, run }) => ({
        id,
        label: title,
        rightSection: keys && <Kbd>{shownKeys(keys)}</Kbd>,
        onClick: () => {
          if (changing.includes(group)) stage.setState({ shown: undefined });
          setTimeout(run);
        },
      })),
  }));
  const adding = {
    group: t("group.add"),
    actions: [...kinds.values()].map((kind) => ({
      id: `add ${kind.kind}`,
      label: t("action.addKind", { kind: kind.title }),
      description: kind.summary,
      leftSection: <KindIcon kind={kind} size={28} />,
      onClick: () => {
        const { selected } = stage.getState();
        addStep(open, kinds, kind, selected.length === 1 ? { after: { node: selected[0]! } } : {});
      },
    })),
  };
  const steps = flow.nodes.map((node) => ({
    id: `node ${node.id}`,
    label: nameOf(node),
    description: kindOf(node, kinds).title,
    leftSection: <KindIcon kind={kindOf(node, kinds)} size={28} />,
    onClick: () => {
      stage.setState({ selected: [node.id] });
      choose(open, node.id);
    },
  }));
  const toGo = { ...going, actions: [...steps, ...going.actions] };
  return <SearchBox groups={[...done, adding, toGo, page]} />;
}
