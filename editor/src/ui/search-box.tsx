import "@mantine/spotlight/styles.css";
import { type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useFlows } from "../flows/queries.ts";
import { navigate } from "../route.ts";
import { chooseLanguage } from "../text/choose.ts";
import { type Language, languages, t } from "../text/text.ts";
import { findActions } from "./find-actions.ts";
import { pages } from "./header.tsx";
import { SearchIcon } from "./icons.tsx";
import { schemes } from "./scheme-switch.tsx";

/** What can be gone to and set from everywhere. */
export function usePageActions() {
  const flows = useFlows().data ?? [];
  const { setColorScheme } = useMantineColorScheme();
  const going: SpotlightActionGroupData = {
    group: t("group.go"),
    actions: [
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
  const page: SpotlightActionGroupData = {
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
  return { going, page };
}

/** Where no flow is open. */
export function PageSearch() {
  const { going, page } = usePageActions();
  return <SearchBox groups={[going, page]} />;
}

/** The box that finds an action by its name: Ctrl+K. */
export function SearchBox({ groups }: { groups: SpotlightActionGroupData[] }) {
  return (
    <Spotlight
      actions={groups}
      filter={(query) => findActions(query, groups)}
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
