import { ActionIcon } from "@mantine/core";
import { TrashIcon } from "../ui/icons.tsx";

interface RemoveProps {
  /** Says what goes. */
  label: string;
  remove: () => void;
  /** px; left out: as small as such buttons are. Beside boxes: 36, as high as they. */
  size?: number;
  className?: string | undefined;
}

/** Takes a part of a setting out. */
export function RemoveButton({ label, remove, size = 28, className }: RemoveProps) {
  return (
    <ActionIcon
      className={className}
      variant="subtle"
      color="gray"
      size={size}
      aria-label={label}
      onClick={remove}
    >
      <TrashIcon size={16} />
    </ActionIcon>
  );
}
