import * as z from "zod";
import { identifier } from "./flow.ts";
import type { Values } from "./value.ts";

const host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9.:_-]+$/, "must be a host name or an address, without a scheme or path");
const address = z.email("must be an e-mail address such as ops@example.org").max(254);
const secret = z.string().min(1).max(1024);

const webhookSchema = z.strictObject({
  type: z.literal("webhook"),
  url: z
    .url({ protocol: /^https?$/, error: "must be an address that begins with https://" })
    .max(2000)
    .refine((url) => !/^https?:\/\/[^/?#]*@/.test(url), "must hold no user or password")
    .meta({ title: "Address" }),
});
const emailSchema = z.strictObject({
  type: z.literal("email"),
  host: host.meta({ title: "Mail server" }),
  port: z.int().min(1).max(65_535).default(587).meta({ title: "Port" }),
  security: z.enum(["starttls", "tls", "none"]).default("starttls").meta({ title: "Encryption" }),
  user: z.string().min(1).max(254).optional().meta({ title: "User" }),
  from: address.meta({ title: "From" }),
  to: z.array(address).min(1).max(50).meta({ title: "To" }),
});

const mqttSchema = z.strictObject({
  type: z.literal("mqtt"),
  host: host.meta({ title: "Broker" }),
  port: z.int().min(1).max(65_535).default(8883).meta({ title: "Port" }),
  security: z.enum(["tls", "none"]).default("tls").meta({ title: "Encryption" }),
  user: z.string().min(1).max(254).optional().meta({ title: "User" }),
  topic: z
    .string()
    .min(1)
    .max(500)
    // [MQTT-3.3.2-2] A topic that is published to has no wildcards; one with $ belongs to the broker.
    .regex(/^[^$#+][^#+]*$/, "must be a topic without + and #, and not begin with $")
    .meta({ title: "Topic", examples: ["plant/alarms"] }),
  retain: z
    .boolean()
    .default(false)
    .meta({ title: "Retain", description: "Whoever subscribes later gets the last one" }),
});

/** Where notifications go, without what is secret. */
export const channelSettings = z.discriminatedUnion("type", [webhookSchema, emailSchema, mqttSchema]);
export type ChannelSettings = z.infer<typeof channelSettings>;

const named = {
  name: identifier.meta({ title: "Name" }),
  description: z.string().max(500).default("").meta({ title: "Description" }),
  settings: channelSettings,
};

/** As it is put. `secret`: what webhooks are signed with, or the password of the user; left out: it stays. */
export const newChannelSchema = z.strictObject({
  ...named,
  secret: secret.optional().meta({ title: "Secret", description: "Never shown again" }),
});
export type NewChannel = z.infer<typeof newChannelSchema>;

/** As it is shown. */
export const channelSchema = z.object({
  ...named,
  hasSecret: z.boolean().meta({ description: "Whether a secret is kept" }),
  updatedAt: z.iso.datetime(),
});
export type Channel = z.infer<typeof channelSchema>;

/** What a receiver is told beside the text. */
export interface NoticeOrigin {
  device: string;
  deviceName: string;
  flow: string;
  version: number;
  node: string;
  /** When it happened, by the data's clock, ms. */
  at: number;
  alarmId?: string | undefined;
  values: Values;
}

/** A notification that is to be sent. */
export interface Notice {
  /** The effect's id: the same however often it is sent, so that a receiver can tell repetitions. */
  id: string;
  channel: string;
  title: string;
  text: string;
  origin: NoticeOrigin;
  /** What its node calls it; left out where nobody asks what came of it. */
  ref?: string;
  /** How often it was tried before. */
  attempts: number;
}

/** Brings notices to the receivers of one type of channel. */
export interface Sender {
  /** Throws a MillraceError that says how to mend it where the channel must not be used. */
  allow(settings: ChannelSettings): void;
  /** Resolves when the receiver has taken it; rejects with Undelivered, or any error, when it has not. */
  send(notice: Notice, settings: ChannelSettings, secret: string | undefined): Promise<void>;
}

/** The receiver did not take a notice. `isFinal`: it never will. */
export class Undelivered extends Error {
  readonly isFinal: boolean;

  constructor(message: string, { isFinal }: { isFinal: boolean }) {
    super(message);
    this.name = "Undelivered";
    this.isFinal = isFinal;
  }
}
