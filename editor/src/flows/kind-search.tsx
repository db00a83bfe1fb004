import { type KeyboardEvent, type Ref, useId, useState } from "react";
import { t } from "../text/text.ts";
import { SearchIcon } from "../ui/icons.tsx";
import { KindIcon } from "./kind-icon.tsx";
import type { KindInfo } from "./kind-info.ts";
import classes from "./kind-search.module.css";

/** What a drag from this list carries: the name of the kind. */
export const dragType = "application/x-millrace-kind";

interface KindSearchProps {
  kinds: readonly KindInfo[];
  choose: (kind: KindInfo) => void;
  draggable?: boolean;
  input?: Ref<HTMLInputElement>;
}

/** Kinds of steps by what they do, to be searched, clicked, dragged, or chosen with arrows and Enter. */
export function KindSearch({ kinds, choose, draggable = false, input }: KindSearchProps) {
  const id = useId();
  const [search, setSearch] = useState("");
  const [active, setActive] = useState(0);
  const found = matching(kinds, search);
  const at = Math.min(active, found.length - 1);
  const groups = [...new Set(found.map(({ group }) => group))];
  const take = (kind: KindInfo) => {
    setSearch("");
    setActive(0);
    choose(kind);
  };

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) setActive((at + step + found.length) % found.length);
    else if (event.key === "Enter" && found[at]) take(found[at]);
    else return;
    event.preventDefault();
  }

  return (
    <div className={classes.search}>
      <div className={classes.input}>
        <SearchIcon size={16} />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls={`${id}-list`}
          aria-activedescendant={found[at] && `${id}-${found[at].kind}`}
          aria-label={t("palette.search")}
          placeholder={t("palette.search")}
          autoComplete="off"
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {found.length === 0 && <p>{t("palette.nothing", { search })}</p>}
      <div id={`${id}-list`} role="listbox" aria-label={t("palette.title")} className={classes.list}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: options of a list box are grouped by role
          <div key={group} role="group" aria-label={groupTitle(group)}>
            <span className={classes.group} aria-hidden="true">
              {groupTitle(group)}
            </span>
            {found
              .filter((kind) => kind.group === group)
              .map((kind) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the input above moves over the options
                // biome-ignore lint/a11y/useFocusableInteractive: as above
                <div
                  key={kind.kind}
                  id={`${id}-${kind.kind}`}
                  role="option"
                  aria-selected={kind === found[at]}
                  title={kind.summary}
                  draggable={draggable}
                  onDragStart={(event) => {
                    event.dataTransfer.setData(dragType, kind.kind);
                    event.dataTransfer.effectAllowed = "copy";
                  }}
                  onClick={() => take(kind)}
                >
                  <KindIcon kind={kind} size={draggable ? 24 : 28} />
                  <span>
                    <strong>{kind.title}</strong>
                    <small>{kind.summary}</small>
                  </span>
                </div>
              ))}
          </div>
        ))}
      </div>
    </div>
  );
}

const isGroup = (group: string): group is "Act" | "Decide" | "Input" | "Transform" =>
  ["Act", "Decide", "Input", "Transform"].includes(group);

/** The name of a group of kinds in the language of the page; as it is where that has none. */
function groupTitle(group: string): string {
  return isGroup(group) ? t(`kindGroup.${group}`) : group;
}

/** Kinds whose title begins with the search first, then those that have all its words anywhere. */
function matching(kinds: readonly KindInfo[], search: string): readonly KindInfo[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return kinds;
  const found = kinds.filter(({ kind, title, group, summary, help }) => {
    const text = `${kind} ${title} ${group} ${summary} ${help}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const begins = ({ title }: KindInfo) => Number(!title.toLowerCase().startsWith(words[0]!));
  return [...found].sort((a, b) => begins(a) - begins(b));
}
