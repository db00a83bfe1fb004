import { lazy, Suspense } from "react";
import { AlarmAnnouncer } from "./alarms/announcer.tsx";
import { Dialogs } from "./alarms/dialogs.tsx";
import { AlarmDock } from "./alarms/dock.tsx";
import classes from "./app.module.css";
import { FlowsView } from "./flows/flows-view.tsx";
import { useRoute } from "./route.ts";
import { SidePanel } from "./side-panel.tsx";
import { Header } from "./ui/header.tsx";
import { PageSearch } from "./ui/search-box.tsx";

// Not what the page opens with; charts are the heaviest part of the first.
const DevicesView = lazy(async () => ({
  default: (await import("./devices/devices-view.tsx")).DevicesView,
}));
const LettersView = lazy(async () => ({
  default: (await import("./letters/letters-view.tsx")).LettersView,
}));
const TablesView = lazy(async () => ({
  default: (await import("./tables/tables-view.tsx")).TablesView,
}));
const ChannelsView = lazy(async () => ({
  default: (await import("./channels/channels-view.tsx")).ChannelsView,
}));

export function App() {
  const route = useRoute();
  return (
    <Dialogs>
      <div className={classes.shell}>
        <Header view={route.view} />
        <main className={classes.view} tabIndex={-1}>
          {route.view === "devices" && (
            <Suspense fallback={null}>
              <DevicesView device={route.device} />
            </Suspense>
          )}
          {route.view === "flows" && <FlowsView route={route} />}
          {route.view === "letters" && (
            <Suspense fallback={null}>
              <LettersView route={route} />
            </Suspense>
          )}
          {route.view === "tables" && (
            <Suspense fallback={null}>
              <TablesView route={route} />
            </Suspense>
          )}
          {route.view === "channels" && (
            <Suspense fallback={null}>
              <ChannelsView route={route} />
            </Suspense>
          )}
        </main>
        <AlarmDock chosen={route.alarm} />
        <SidePanel route={route} />
        {route.view !== "flows" && <PageSearch />}
        <AlarmAnnouncer />
      </div>
    </Dialogs>
  );
}
