import { ActionIcon, Menu } from "@mantine/core";
import { chooseLanguage } from "../text/choose.ts";
import { type Language, languages, t, useLanguage } from "../text/text.ts";
import { CheckIcon } from "./icons.tsx";

const tags = Object.keys(languages) as Language[];

/** The language of the page, by its own name. */
export function LanguageSwitch() {
  const now = useLanguage();
  return (
    <Menu position="bottom-end" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={32}
          fz={12}
          fw={700}
          aria-label={`${t("language.change")}: ${languages[now]}`}
          title={t("language.change")}
        >
          {now.toUpperCase()}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {tags.map((tag) => (
          <Menu.Item
            key={tag}
            lang={tag}
            aria-current={tag === now ? "true" : undefined}
            rightSection={tag === now ? <CheckIcon size={16} /> : undefined}
            onClick={() => void chooseLanguage(tag)}
          >
            {languages[tag]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
