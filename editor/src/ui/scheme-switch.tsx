import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from "@mantine/core";
import { type TextKey, t } from "../text/text.ts";
import { AutoIcon, MoonIcon, SunIcon } from "./icons.tsx";

/** By name: what it is called, and the one after it. */
export const schemes: Record<
  MantineColorScheme,
  { title: TextKey; next: MantineColorScheme; Icon: typeof SunIcon }
> = {
  auto: { title: "scheme.auto", next: "light", Icon: AutoIcon },
  light: { title: "scheme.light", next: "dark", Icon: SunIcon },
  dark: { title: "scheme.dark", next: "auto", Icon: MoonIcon },
};

/** Goes round: as the system, light, dark. */
export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { title: key, next, Icon } = schemes[colorScheme];
  const title = t(key);
  return (
    <Tooltip label={title}>
      <ActionIcon
        variant="default"
        size={32}
        aria-label={t("scheme.change", { title })}
        onClick={() => setColorScheme(next)}
      >
        <Icon size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
