import { connect } from "mqtt";
import { type LinkOptions, readCommand, type StationLink } from "./link.ts";

const commandTopic = "v1/devices/me/rpc/request/";
const answerTopic = "v1/devices/me/rpc/response/";

/** A station on MQTT 3.1.1: uploads with QoS 1, commands by subscription; reconnects by itself. */
export function openMqttLink({ url, token, obey, ...options }: LinkOptions): StationLink {
  const client = connect(url, { username: token, protocolVersion: 4, reconnectPeriod: 1_000, clean: true });
  let isEnded = false;
  // What the end of the link cuts off is no trouble: nothing is left to mend.
  const trouble = (error: Error) => {
    if (!isEnded) options.trouble(error);
  };
  let waiting = 0;
  const publish = async (topic: string, body: object) => {
    await client.publishAsync(topic, JSON.stringify(body), { qos: 1 });
  };
  client.on("error", trouble);
  client.subscribe(`${commandTopic}+`, { qos: 1 }, (error) => error && trouble(error));
  client.on("message", (topic, payload) => {
    const command = readCommand(payload);
    if (!command || !topic.startsWith(commandTopic)) return;
    publish(answerTopic + topic.slice(commandTopic.length), obey(command)).catch(trouble);
  });

  return {
    get waiting() {
      return waiting;
    },
    async send(type, body) {
      waiting++;
      try {
        await publish(`v1/devices/me/${type}`, body);
      } finally {
        waiting--;
      }
    },
    async close() {
      isEnded = true;
      // A polite end waits for acknowledgements, which never come while there is no connection.
      await client.endAsync(!client.connected);
    },
  };
}
