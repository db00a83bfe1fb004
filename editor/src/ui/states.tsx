import { Button, Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { ApiError } from "../api.ts";
import { t } from "../text/text.ts";
import { Said } from "./said.tsx";
import classes from "./states.module.css";

/** What a query that has no data yet shows: that it waits, or what went wrong with a way to try again. */
export function Pending({ query, what }: { query: { error: Error | null; refetch(): void }; what: string }) {
  if (query.error instanceof ApiError && query.error.status === 404) return <Missing what={what} />;
  if (query.error) return <Failed error={query.error} retry={() => query.refetch()} />;
  return (
    <div className={classes.state} role="status">
      <Loader size="sm" />
      <p>{t("ui.loading", { what })}</p>
    </div>
  );
}

function Missing({ what }: { what: string }) {
  return (
    <div className={classes.state} role="status">
      <p>{t("ui.gone", { what })}</p>
    </div>
  );
}

function Failed({ error, retry }: { error: Error; retry?: () => void }) {
  return (
    <div className={classes.state} role="alert">
      <p>
        <Said error={error} />
      </p>
      {retry && (
        <Button size="xs" variant="default" onClick={retry}>
          {t("ui.again")}
        </Button>
      )}
    </div>
  );
}

/** Nothing here yet, and what to do about it. */
export function Empty({ title, children, icon }: { title: string; children?: ReactNode; icon?: ReactNode }) {
  return (
    <div className={classes.state}>
      {icon && <span className={classes.icon}>{icon}</span>}
      <strong>{title}</strong>
      {children}
    </div>
  );
}
