import { createServer, type Server } from "node:net";
import type { Duplex } from "node:stream";
import type { AuthenticateError } from "aedes";
import { type Host, maxPacketBytes } from "../../engine/model/host.ts";
import { Broker, type Peer } from "./broker.ts";
import { follow } from "./downlink.ts";
import { guardLength } from "./gate.ts";
import { readInbound, refusedFilter } from "./inbound.ts";
import { Kept } from "./kept.ts";
import { newLink } from "./link.ts";
import { publish } from "./publish.ts";
import { authenticate, begin, checkClientId, finish } from "./session.ts";
import { forward } from "./topics.ts";

/** A running MQTT 3.1.1 broker. */
export interface Mqtt {
  port: number;
  /** Serves a connection from elsewhere: `tls.createServer(options, mqtt.handle)`. */
  handle(connection: Duplex): void;
  /** Closes every connection; what was not acknowledged stays with the devices. */
  close(): Promise<void>;
}

/** Listens on TCP `address` and `port` (0: a free one). Rejects with the system's error when it cannot. */
export async function openMqtt(options: { host: Host; address: string; port: number }): Promise<Mqtt> {
  const { host, address, port } = options;
  const broker = openBroker(host);
  await broker.listen();
  const kept = new Kept(host, broker);

  function handle(connection: Duplex) {
    const peer = broker.handle(connection) as Peer;
    peer.link = newLink(host, kept);
    readInbound(peer);
    guardLength(connection, {
      maxPacketBytes,
      tooLarge(bytes) {
        host.count("mqtt", "refused");
        const sent = bytes < 0 ? "a length that MQTT does not know" : `${bytes} bytes announced`;
        host.log(
          "warn",
          `MQTT packet refused: ${sent}, the limit is ${maxPacketBytes}. The connection ends.`,
          {
            device: peer.link.session?.name,
          },
        );
      },
    });
    connection.once("close", () => finish(peer));
  }

  const server = createServer({ noDelay: true }, handle);
  await listen(server, address, port);

  return {
    port: (server.address() as { port: number }).port,
    handle,
    async close() {
      server.close();
      // The devices did not die: their last words stay unsaid.
      for (const peer of Object.values(broker.clients)) peer.will = null;
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  };
}

function openBroker(host: Host) {
  const broker = new Broker({
    connectTimeout: 10_000,
    // One frozen subscriber holds up the others of its device for as long as this.
    drainTimeout: 2_000,
    // 0 is no bound: deliveries to a frozen subscriber must not use up the places of all others.
    concurrency: 0,
    queueLimit: 1_000,
    maxClientsIdLength: 65_535,
    preConnect(client, packet, done) {
      checkClientId(client as Peer, packet);
      // Nothing is read before the device is known.
      (client as Peer).pause();
      done(null, true);
    },
    authenticate(client, token, _password, done) {
      const refuse = (refusal: AuthenticateError) => {
        host.count("mqtt", "refused");
        done(refusal, null);
      };
      authenticate(client as Peer, token).then(() => done(null, true), refuse);
    },
    authorizeSubscribe(_client, subscription, done) {
      done(null, subscription.topic.startsWith(refusedFilter) ? null : subscription);
    },
    authorizePublish(client, packet, done) {
      const session = (client as Peer | null)?.link.session;
      if (!session) return done(new Error("Nobody is known to have sent this."));
      publish(client as Peer, session, packet, done);
    },
    authorizeForward(client, packet) {
      const { link, subscriptions } = client as Peer;
      return link.session ? forward(link.session.device, subscriptions, packet) : null;
    },
  });
  const changed = (_: unknown, client: unknown) => {
    const peer = client as Peer;
    if (peer.link.session) follow(peer, peer.link.session);
  };
  broker.on("clientReady", (client) => begin(client as Peer));
  broker.on("subscribe", changed);
  broker.on("unsubscribe", changed);
  const ended = (client: unknown, { message }: Error) => {
    host.log("debug", `An MQTT connection ended: ${message}.`, {
      device: (client as Peer).link.session?.name,
    });
  };
  broker.on("clientError", ended);
  broker.on("connectionError", ended);
  const failed: (error: Error) => void = ({ message }) =>
    host.log("error", `The MQTT broker failed: ${message}.`);
  (broker as NodeJS.EventEmitter).on("error", failed);
  return broker;
}

function listen(server: Server, address: string, port: number) {
  return new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
}
