import type { Host } from "../../engine/model/host.ts";
import type { Broker } from "./broker.ts";

const maxSessions = 8;
const maxQueued = 256;
const maxRetained = 100;

/**
 * What the broker keeps in memory for a device, given bounds: 8 sessions without a connection, 256 messages waiting in
 * each, 100 retained topics. aedes has none; one device could fill the memory of all.
 */
export class Kept {
  readonly #host: Host;
  readonly #broker: Broker;
  readonly #queued = new Map<string, number>();
  /** Client ids of persistent sessions by device, the one connected last at the end. */
  readonly #sessions = new Map<string, Set<string>>();
  readonly #retained = new Map<string, Set<string>>();

  constructor(host: Host, broker: Broker) {
    this.#host = host;
    this.#broker = broker;
    this.#boundQueues();
  }

  /** Whether a retained message may be stored under this topic; an empty payload clears it [MQTT-3.3.1-10]. */
  mayRetain(device: string, topic: string, payload: Buffer): boolean {
    const topics = this.#retained.get(device) ?? new Set();
    if (payload.length === 0) topics.delete(topic);
    else if (topics.size >= maxRetained && !topics.has(topic)) return false;
    else topics.add(topic);
    if (topics.size > 0) this.#retained.set(device, topics);
    else this.#retained.delete(device);
    return true;
  }

  /** A client connected: its session is kept when it is not clean, and the oldest one too many is forgotten. */
  async noteSession(device: string, clientId: string, isClean: boolean): Promise<void> {
    const sessions = this.#sessions.get(device) ?? new Set();
    sessions.delete(clientId);
    if (isClean) return void (sessions.size === 0 && this.#sessions.delete(device));
    this.#sessions.set(device, sessions.add(clientId));
    const away = [...sessions].filter((id) => !this.#broker.clients[id]);
    for (const id of away.slice(0, Math.max(0, away.length - maxSessions))) {
      sessions.delete(id);
      await this.#forget(id);
    }
  }

  async #forget(id: string) {
    const { persistence } = this.#broker;
    await persistence.cleanSubscriptions({ id });
    await persistence.cleanIncoming({ id });
    for await (const packet of persistence.outgoingStream({ id }))
      await persistence.outgoingClearMessageId({ id }, packet);
  }

  #boundQueues() {
    const { persistence } = this.#broker;
    const queued = this.#queued;
    const enqueue = persistence.outgoingEnqueueCombi.bind(persistence);
    const clear = persistence.outgoingClearMessageId.bind(persistence);
    const update = persistence.outgoingUpdate.bind(persistence);

    persistence.outgoingEnqueueCombi = (subscriptions, packet) => {
      const withRoom = subscriptions.filter(({ clientId }) => {
        const count = queued.get(clientId) ?? 0;
        if (count < maxQueued) queued.set(clientId, count + 1);
        else this.#host.count("mqtt", "throttled");
        return count < maxQueued;
      });
      return enqueue(withRoom, packet);
    };
    persistence.outgoingClearMessageId = async (client, packet) => {
      const cleared = await clear(client, packet);
      const count = queued.get(client.id) ?? 0;
      if (cleared && count > 1) queued.set(client.id, count - 1);
      else if (cleared) queued.delete(client.id);
      return cleared;
    };
    // Commands go to the connection alone, and queues have ends: that a packet is not stored is no error.
    persistence.outgoingUpdate = (client, packet) => update(client, packet).catch(() => {});
  }
}
