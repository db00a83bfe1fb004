import "@mantine/spotlight/styles.css";
import { Kbd, type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { navigate } from "../route.ts";
import { chooseLanguage } from "../text/choose.ts";
import { type Language, languages, t } from "../text/text.ts";
import { pages } from "../ui/header.tsx";
import { SearchIcon } from "../ui/icons.tsx";
import { schemes } from "../ui/scheme-switch.tsx";
import { actionsFor } from "./actions.ts";
import { addStep, choose } from "./editing.ts";
import { useEditing } from "./editing-context.ts";
import { GroupIcon } from "./group-icon.tsx";
import { useFlow } from "./open-flow.ts";
import { kindOf, nameOf } from "./outputs.ts";
import { useFlows } from "./queries.ts";
import { stage } from "./stage.ts";
import { shownKeys } from "./toolbar.tsx";

/** Everything that can be done or gone to, by name: Ctrl+K. */
export function ActionSearch() {
  const editing = useEditing();
  const { open, kinds } = editing;
  const flow = useFlow(open);
  const flows = useFlows().data ?? [];
  const { setColorScheme } = useMantineColorScheme();
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
      leftSection: <GroupIcon group={kind.group} size={28} />,
      onClick: () => {
        const { selected } = stage.getState();
        addStep(open, kinds, kind, selected.length === 1 ? { after: { node: selected[0]! } } : {});
      },
    })),
  };
  const going = {
    group: t("group.go"),
    actions: [
      ...flow.nodes.map((node) => ({
        id: `node ${node.id}`,
        label: nameOf(node),
        description: kindOf(node, kinds).title,
        leftSection: <GroupIcon group={kindOf(node, kinds).group} size={28} />,
        onClick: () => {
          stage.setState({ selected: [node.id] });
          choose(open, node.id);
        },
      })),
      ...flows.map(({ id, name }) => ({
        id: `flow ${id}`,
        label: t("action.openFlow", { name }),
        onClick: () => navigate({ view: "flows", flow: id }),
      })),
      ...pages.map(({ view, title }) => ({
        id: `page ${view}`,
        label: t("action.openPage", { page: t(title) }),
        onClick: () => navigate({ view }),
      })),
    ],
  };
  const page = {
    group: t("group.page"),
    actions: [
      ...(Object.keys(schemes) as MantineColorScheme[]).map((scheme) => ({
        id: `scheme ${scheme}`,
        label: t(schemes[scheme].title),
        onClick: () => setColorScheme(scheme),
      })),
      ...(Object.keys(languages) as Language[]).map((tag) => ({
        id: `language ${tag}`,
        label: `${t("language.change")}: ${languages[tag]}`,
        onClick: () => void chooseLanguage(tag),
      })),
    ],
  };
  return (
    <Spotlight
      actions={[...done, adding, going, page]}
      shortcut="mod+K"
      tagsToIgnore={[]}
      highlightQuery
      scrollable
      scrollAreaProps={{
        viewportProps: { tabIndex: 0, role: "region", "aria-label": t("spotlight.results") },
      }}
      attributes={{ content: { "aria-label": t("spotlight.title") } }}
      maxHeight={420}
      limit={40}
      nothingFound={t("spotlight.nothing")}
      searchProps={{
        leftSection: <SearchIcon size={18} />,
        placeholder: t("spotlight.search"),
        "aria-label": t("spotlight.search"),
      }}
    />
  );
}
