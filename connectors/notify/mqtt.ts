import { isIP } from "node:net";
import { type ChannelSettings, type Notice, type Sender, Undelivered } from "../../engine/model/channel.ts";
import { MillraceError } from "../../engine/model/errors.ts";
import { type AllowedHosts, isListed, requireAllowed, resolveOutside } from "./addresses.ts";
import { bodyOf } from "./webhook.ts";

type Settings = Extract<ChannelSettings, { type: "mqtt" }>;

const timeoutMs = 10_000;
/** Return codes of CONNACK that will not change by themselves [MQTT-3.2.2-6]: wrong user or password, not authorized. */
const refusals = new Set([4, 5]);

/** A topic of an MQTT broker, with QoS 1; one connection for each notification, since alarms are few. */
export function openMqttTopic(allowed: AllowedHosts): Sender {
  return {
    allow(settings) {
      const { host, security } = settings as Settings;
      requireAllowed(host, allowed);
      if (security === "none" && !isListed(host, allowed.internalHosts))
        throw new MillraceError(
          "forbidden",
          `The way to "${host}" would not be encrypted; choose the encryption "tls".`,
        );
    },
    async send(notice, settings, secret) {
      const { host, port, security, user, topic, retain } = settings as Settings;
      const { address } = await resolveOutside(host, allowed);
      // Few processes send by MQTT, and its client is large.
      const { default: mqtt } = await import("mqtt");
      const client = mqtt.connect({
        protocol: security === "tls" ? "mqtts" : "mqtt",
        host: address,
        port,
        // The certificate speaks of the name, the connection goes to the address that was looked at.
        ...(security === "tls" && isIP(host) === 0 && { servername: host }),
        ...(user !== undefined && { username: user }),
        ...(secret !== undefined && { password: secret }),
        clientId: `millrace-${notice.id.replaceAll(/[^A-Za-z0-9]/g, "-")}`,
        connectTimeout: timeoutMs,
        reconnectPeriod: 0,
      });
      try {
        await acknowledged(client, topic, payloadOf(notice), retain);
      } finally {
        client.end(true);
      }
    },
  };
}

type Client = import("mqtt").MqttClient;

/** The broker has it for good: PUBACK. Whatever ends the connection before is the reason why not. */
function acknowledged(client: Client, topic: string, payload: string, retain: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: Error & { code?: number | string }) =>
      reject(
        new Undelivered(`the broker did not take it (${error.message.slice(0, 200)})`, {
          isFinal: typeof error.code === "number" && refusals.has(error.code),
        }),
      );
    const timer = setTimeout(() => failed(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs);
    client.on("error", failed);
    client.on("close", () => {
      clearTimeout(timer);
      failed(new Error("it closed the connection"));
    });
    client.once("connect", () =>
      client.publish(topic, payload, { qos: 1, retain }, (error) => (error ? failed(error) : resolve())),
    );
  });
}

/** The same as a webhook gets. */
const payloadOf = (notice: Notice) => JSON.stringify(bodyOf(notice));
