import { alarmRoutes } from "./alarms.ts";
import { backtestRoutes } from "./backtests.ts";
import { candidateRoutes } from "./candidates.ts";
import { caseRoutes } from "./cases.ts";
import { channelRoutes } from "./channels.ts";
import { commandRoutes } from "./commands.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import { deviceRoutes } from "./devices.ts";
import { flowDiffRoutes } from "./flow-diff.ts";
import { flowRoutes } from "./flows.ts";
import { importRoutes } from "./import-devices.ts";
import { messageFileRoutes } from "./message-files.ts";
import { nodeKindRoutes } from "./node-kinds.ts";
import { profileRoutes } from "./profiles.ts";
import { repositoryRoutes } from "./repository.ts";
import { rollbackRoutes } from "./rollback.ts";
import type { Route } from "./route.ts";
import { seriesRoutes } from "./series.ts";
import { tableRoutes } from "./tables.ts";
import { tryRoutes } from "./try.ts";
import { versionRoutes } from "./versions.ts";

/** Every operation but those about the server itself. A literal path stands before one with a parameter. */
export const resourceRoutes: readonly Route[] = [
  ...importRoutes,
  ...deviceRoutes,
  ...profileRoutes,
  ...channelRoutes,
  ...tableRoutes,
  ...nodeKindRoutes,
  ...flowRoutes,
  ...versionRoutes,
  ...candidateRoutes,
  ...rollbackRoutes,
  ...flowDiffRoutes,
  ...caseRoutes,
  ...repositoryRoutes,
  ...tryRoutes,
  ...messageFileRoutes,
  ...backtestRoutes,
  ...alarmRoutes,
  ...commandRoutes,
  ...seriesRoutes,
  ...deadLetterRoutes,
];
