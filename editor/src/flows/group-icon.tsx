import { ActIcon, DecideIcon, InputIcon, StepIcon, TransformIcon } from "../ui/icons.tsx";
import classes from "./group-icon.module.css";

const icons: Record<string, typeof StepIcon> = {
  Input: InputIcon,
  Decide: DecideIcon,
  Transform: TransformIcon,
  Act: ActIcon,
};

/** The tile that tells the groups of kinds apart, by shape and colour. */
export function GroupIcon({ group, size = 32 }: { group: string; size?: number }) {
  const Icon = icons[group] ?? StepIcon;
  return (
    <span className={classes.tile} data-group={group} style={{ width: size, height: size }}>
      <Icon size={Math.round(size * 0.6)} />
    </span>
  );
}
