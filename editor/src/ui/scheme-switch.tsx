import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from "@mantine/core";
import { AutoIcon, MoonIcon, SunIcon } from "./icons.tsx";

const schemes: Record<MantineColorScheme, { title: string; next: MantineColorScheme; Icon: typeof SunIcon }> =
  {
    auto: { title: "Colours: as the system", next: "light", Icon: AutoIcon },
    light: { title: "Colours: light", next: "dark", Icon: SunIcon },
    dark: { title: "Colours: dark", next: "auto", Icon: MoonIcon },
  };

/** Goes round: as the system, light, dark. */
export function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { title, next, Icon } = schemes[colorScheme];
  return (
    <Tooltip label={title}>
      <ActionIcon
        variant="default"
        size={32}
        aria-label={`${title}. Change`}
        onClick={() => setColorScheme(next)}
      >
        <Icon size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
