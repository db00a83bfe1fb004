import { AlarmPanel } from "./alarms/alarm-panel.tsx";
import { NodePanel } from "./flows/node-panel.tsx";
import { navigate, type Route } from "./route.ts";

/** What was clicked, an alarm or a node, in full. */
export function SidePanel({ route }: { route: Route }) {
  const { view, flow, node, alarm } = route;
  const close = () => navigate({ view, flow });
  if (view !== "flows") return null;
  if (alarm) return <AlarmPanel key={alarm} id={alarm} close={close} />;
  if (node && flow) return <NodePanel key={`${flow}/${node}`} flow={flow} node={node} close={close} />;
  return null;
}
