import { ActionIcon, Button, Menu, NativeSelect } from "@mantine/core";
import { saidAt } from "../flows/problems.ts";
import { t } from "../text/text.ts";
import { ExpandIcon, PlusIcon } from "../ui/icons.tsx";
import { conditionSentence } from "./condition-words.ts";
import classes from "./form.module.css";
import { isIn, useForm } from "./form-context.ts";
import { RemoveButton } from "./remove-button.tsx";

interface NamedProps {
  name: string;
  path: string;
  label: string;
  set: (name: string) => void;
  remove: () => void;
}

/** A condition of the flow by its name, with what it says. */
export function NamedControl({ name, path, label, set, remove }: NamedProps) {
  const { conditions, problems } = useForm();
  const wrong = problems.filter((problem) => isIn(problem, path));
  const byName = conditions?.byName ?? {};
  const known = Object.hasOwn(byName, name);
  const names = known ? Object.keys(byName) : [name, ...Object.keys(byName)];
  const sentence = known ? conditionSentence(byName[name]) : undefined;
  return (
    <div className={classes.comparison} data-path={path}>
      <div className={classes.named}>
        <NativeSelect
          aria-label={t("condition.name", { label })}
          data={names.map((each) => ({ value: each, label: t("condition.named", { name: each }) }))}
          value={name}
          error={wrong.length > 0}
          onChange={(event) => set(event.currentTarget.value)}
        />
        {known && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            title={t("condition.show", { name })}
            aria-label={t("condition.show", { name })}
            onClick={() => conditions!.show(name)}
          >
            <ExpandIcon size={16} />
          </ActionIcon>
        )}
        <RemoveButton label={t("condition.remove", { label })} remove={remove} size={36} />
      </div>
      {sentence && <p className={classes.meaning}>{sentence}</p>}
      {wrong[0] && <p className={classes.wrong}>{saidAt(wrong[0], label)}</p>}
    </div>
  );
}

/** Offers the conditions of the flow, each with what it says; nothing where it names none. */
export function NameMenu({ label, choose }: { label: string; choose: (name: string) => void }) {
  const { conditions } = useForm();
  const names = Object.keys(conditions?.byName ?? {});
  if (names.length === 0) return null;
  return (
    <Menu position="bottom-start" withinPortal withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<PlusIcon size={12} />}
          aria-label={t("condition.addNamedTo", { label })}
        >
          {t("condition.addNamed")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.names}>
        {names.map((name) => (
          <Menu.Item key={name} onClick={() => choose(name)}>
            <strong>{name}</strong>
            <small>{conditionSentence(conditions!.byName[name])}</small>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
