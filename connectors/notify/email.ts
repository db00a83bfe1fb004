import { isIP } from "node:net";
import { createTransport } from "nodemailer";
import { type ChannelSettings, type Notice, type Sender, Undelivered } from "../../engine/model/channel.ts";
import { type AllowedHosts, requireAllowed, resolveOutside } from "./addresses.ts";

type Settings = Extract<ChannelSettings, { type: "email" }>;

const timeoutMs = 10_000;

/** E-mail by SMTP; one connection for each, since alarms are few. */
export function openEmail(allowed: AllowedHosts): Sender {
  return {
    allow: (settings) => requireAllowed((settings as Settings).host, allowed),
    async send(notice, settings, secret) {
      const { host, port, security, user, from, to } = settings as Settings;
      const { address } = await resolveOutside(host, allowed);
      const transport = createTransport({
        host: address,
        port,
        secure: security === "tls",
        requireTLS: security === "starttls",
        ignoreTLS: security === "none",
        // The certificate speaks of the name, the connection goes to the address that was looked at.
        ...(isIP(host) === 0 && { tls: { servername: host } }),
        ...(user && secret && { auth: { user, pass: secret } }),
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      try {
        await transport.sendMail({
          from,
          to,
          subject: notice.title,
          text: `${notice.text}\n\n${facts(notice)}\n`,
          // The same for each attempt, so that mail programs know a repetition.
          messageId: `<${notice.id.replaceAll(":", ".")}.${notice.channel}@millrace>`,
          headers: { "Auto-Submitted": "auto-generated" },
        });
      } catch (error) {
        const { responseCode, message } = error as Error & { responseCode?: number };
        throw new Undelivered(`the mail server did not take it (${message.slice(0, 200)})`, {
          isFinal: responseCode !== undefined && responseCode >= 500,
        });
      } finally {
        transport.close();
      }
    },
  };
}

function facts({ origin }: Notice): string {
  const { deviceName, at, flow, version, values } = origin;
  const lines = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return [
    `Device: ${deviceName}`,
    `Time: ${new Date(at).toISOString()}`,
    ...lines,
    `Flow: ${flow}, version ${version}`,
  ].join("\n");
}
