import { Select } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { t } from "../text/text.ts";
import { Said } from "../ui/said.tsx";
import { useDevices } from "./queries.ts";

interface PickerProps {
  label: string;
  description?: string;
  /** What it is to choose none. */
  none: string;
  size?: "xs" | "sm";
  /** Id of the device. */
  value: string | undefined;
  choose: (id: string | undefined) => void;
}

/** Finds a device on the server by a part of its name; emptied, it is none. */
export function DevicePicker({ label, description, none, size = "sm", value, choose }: PickerProps) {
  const [name, setName] = useState("");
  const [typed, setTyped] = useState("");
  // The name of the one that is chosen stands there; then others are offered, too.
  const search = typed === name ? "" : typed.trim();
  const [settled] = useDebouncedValue(search, 200);
  const query = useDevices(settled);
  const found = search === settled && !query.isPlaceholderData ? query.data : undefined;
  const more = { value: "", label: t("device.more"), disabled: true };
  return (
    <Select
      label={label}
      description={description}
      placeholder={none}
      size={size}
      searchable
      clearable
      clearButtonProps={{ "aria-label": none }}
      allowDeselect={false}
      data={[
        ...(found?.devices ?? []).map(({ id, name }) => ({ value: id, label: name })),
        ...(found?.more ? [more] : []),
      ]}
      filter={({ options }) => options}
      nothingFoundMessage={nothing(found !== undefined, query.error, search)}
      value={value ?? null}
      onChange={(id, option) => {
        setName(option?.label ?? "");
        choose(id ?? undefined);
      }}
      onSearchChange={(text) => {
        setTyped(text);
        if (text !== "" || value === undefined) return;
        setName("");
        choose(undefined);
      }}
    />
  );
}

function nothing(isFound: boolean, error: Error | null, search: string): ReactNode {
  if (error) return <Said error={error} />;
  if (!isFound) return t("ui.loading", { what: t("device.list") });
  return search === "" ? t("device.none") : t("device.noneFound", { search });
}
