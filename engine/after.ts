import type { After } from "./api/parts.ts";
import type { Deployment } from "./model/flow.ts";
import { laneOf } from "./model/lane.ts";
import type { DeviceHost } from "./pipeline/host.ts";
import type { Intake } from "./pipeline/intake.ts";
import type { Notifier } from "./pipeline/notifier.ts";
import type { Backbone } from "./store/backbone/port.ts";
import type { Applied } from "./store/registry.ts";

/** Who must be told of what: lanes through their queues, processes and pages through the backbone. */
export function afterChange(parts: {
  backbone: Backbone;
  intake: Intake;
  host: DeviceHost;
  notifier?: Pick<Notifier, "look"> | undefined;
}): After & { applied(applied: Applied): void } {
  const { backbone, intake, host, notifier } = parts;
  /** What the registry noted is to be told to the lanes. */
  const happened = () => backbone.publish("happened", {});
  const show = (event: string, data: unknown) => backbone.publish("live", { event, data });
  async function deployed(deployment: Deployment) {
    const lanes = Array.from({ length: backbone.lanes }, (_, lane) => lane);
    await Promise.all(lanes.map((lane) => intake.put(lane, { type: "deploy", deployment })));
    show("deployment", { revision: deployment.revision });
  }
  return {
    async deviceChanged({ id, name }) {
      backbone.publish("devices", { id, name });
    },
    async deviceDeleted({ id }) {
      backbone.publish("devices", { id });
      happened();
    },
    async profileChanged(name) {
      backbone.publish("devices", { profile: name });
    },
    async attributesChanged({ id }, scope, changed) {
      backbone.publish("devices", { id });
      if (scope === "shared") backbone.publish("attributes", { device: id, changed });
    },
    async commandCreated(command) {
      host.tell(command);
    },
    async commandDecided(command) {
      host.tell(command);
      happened();
    },
    async alarmAcknowledged(alarm) {
      show("alarm", alarm);
      happened();
    },
    async alarmCleared(alarm) {
      const { device, flow, node, type } = alarm;
      await intake.put(laneOf(device, backbone.lanes), {
        type: "alarm-cleared",
        device,
        flow,
        node,
        alarm: type,
      });
      show("alarm", alarm);
      happened();
    },
    deployed,
    async replaysAsked() {
      backbone.publish("replays", {});
    },
    /** Effects were applied to the registry. */
    applied({ alarms, commands, attributes, notices, happened: isTold, rolledBack }) {
      // Lanes that this does not reach find it by themselves within seconds.
      if (rolledBack) void deployed(rolledBack).catch(() => {});
      if (isTold) happened();
      if (notices > 0) notifier?.look();
      for (const alarm of alarms) show("alarm", alarm);
      for (const command of commands) host.tell(command);
      for (const { device } of attributes) backbone.publish("devices", { id: device });
    },
  };
}
