import { roadOf } from "../population.ts";
import { aggregate, alert, type Code, collect, enrich, rawPoint, split } from "./code.ts";

export interface Ends {
  mqttPort: number;
  /** Left out: points are collected and go nowhere. */
  influx?: { port: number; database: string };
  devices: number;
  probes: number;
}

/** The reference flow as it is drawn in Node-RED: its own nodes where there are some, functions for the rest. */
export function nodeRedFlow({ mqttPort, influx, devices, probes }: Ends): object[] {
  const node = (id: string, type: string, to: string[][], settings: object) => {
    return { id, type, z: "reference", x: 0, y: 0, wires: to, ...settings };
  };
  const code = (id: string, to: string[], text: Code) =>
    node(id, "function", [to], { outputs: 1, timeout: 0, finalize: "", libs: [], ...text });
  const keepIf = (id: string, to: string[], property: string, t: string, v: string) =>
    node(id, "switch", [to], {
      property,
      propertyType: "msg",
      rules: [{ t, v, vt: "num" }],
      checkall: "true",
      repair: false,
      outputs: 1,
    });
  const broker = { broker: "broker", qos: "1" };
  const roads = Object.fromEntries([...named("detector", devices), ...named("probe", probes)]);
  return [
    { id: "reference", type: "tab", label: "Reference", disabled: false },
    {
      ...{ id: "broker", type: "mqtt-broker", broker: "127.0.0.1", port: String(mqttPort) },
      ...{
        clientid: "node-red",
        protocolVersion: "4",
        keepalive: "60",
        cleansession: true,
        autoConnect: true,
      },
    },
    node("in", "mqtt in", [["json"]], {
      ...broker,
      topic: "v1/gateway/telemetry",
      datatype: "utf8",
      inputs: 0,
    }),
    node("json", "json", [["split"]], { property: "payload", action: "obj" }),
    code("split", ["speed"], split),
    keepIf("speed", ["occupancy"], "payload.speed", "gte", "0"),
    keepIf("occupancy", ["enrich"], "payload.occupancy", "lte", "100"),
    code("enrich", ["window", "slow", "raw"], enrich(roads)),
    code("window", ["collect"], aggregate),
    code("slow", ["sign"], alert),
    code("raw", ["collect"], rawPoint),
    node("sign", "mqtt out", [], { ...broker, topic: "", retain: "false" }),
    code("collect", influx ? ["kept"] : [], collect),
    ...(influx
      ? [
          node("kept", "influxdb batch", [], { influxdb: "influx", precision: "ms", retentionPolicy: "" }),
          {
            ...{ id: "influx", type: "influxdb", hostname: "127.0.0.1", port: String(influx.port) },
            ...{ database: influx.database, influxdbVersion: "1.x", usetls: false },
          },
        ]
      : []),
  ];
}

const named = (kind: string, count: number) =>
  Array.from({ length: count }, (_, i) => [`${kind}-${i}`, roadOf(i)] as const);
