import type { ChannelSettings, Sender } from "../../engine/model/channel.ts";
import type { AllowedHosts } from "./addresses.ts";
import { openEmail } from "./email.ts";
import { openMqttTopic } from "./mqtt.ts";
import { openWebhook } from "./webhook.ts";

/** The ways to bring out notifications: each channel goes by the sender of its type. */
export function openSenders(allowed: AllowedHosts): Sender {
  const byType: Record<ChannelSettings["type"], Sender> = {
    webhook: openWebhook(allowed),
    email: openEmail(allowed),
    mqtt: openMqttTopic(allowed),
  };
  return {
    allow: (settings) => byType[settings.type].allow(settings),
    send: (notice, settings, secret) => byType[settings.type].send(notice, settings, secret),
  };
}
