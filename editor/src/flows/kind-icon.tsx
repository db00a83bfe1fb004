import { ActIcon, DecideIcon, InputIcon, StepIcon, TransformIcon } from "../ui/icons.tsx";
import { kindIcons } from "../ui/kind-icons.tsx";
import classes from "./kind-icon.module.css";
import type { KindInfo } from "./kind-info.ts";

const groupIcons: Record<string, typeof StepIcon> = {
  Input: InputIcon,
  Decide: DecideIcon,
  Transform: TransformIcon,
  Act: ActIcon,
};

/** The tile that tells kinds apart by its shape and their groups by its colour. */
export function KindIcon({ kind, size = 32 }: { kind: Pick<KindInfo, "icon" | "group">; size?: number }) {
  const Icon = kindIcons[kind.icon] ?? groupIcons[kind.group] ?? StepIcon;
  return (
    <span className={classes.tile} data-group={kind.group} style={{ width: size, height: size }}>
      <Icon size={Math.round(size * 0.6)} />
    </span>
  );
}
