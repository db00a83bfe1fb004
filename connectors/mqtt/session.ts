import type { AuthenticateError } from "aedes";
import type { Peer } from "./broker.ts";
import { follow } from "./downlink.ts";
import { Intake } from "./intake.ts";

/** Return codes of CONNACK [MQTT-3.2.2.3]. */
const returnCodes = {
  identifierRejected: 2,
  serverUnavailable: 3,
  badUserName: 4,
  notAuthorized: 5,
} as const;
const maxClientIdLength = 256;

/** Notes a client id that cannot be served; the CONNACK follows after `authenticate`. */
export function checkClientId(peer: Peer, { clientId, clean }: { clientId: string; clean?: boolean }): void {
  // [MQTT-3.1.3-8] a session without a name cannot be found again.
  if (clientId.length > maxClientIdLength || (clientId === "" && !clean)) peer.link.isMisnamed = true;
}

/** Looks up the device whose token is the user name. Rejects with the return code for the CONNACK. */
export async function authenticate(peer: Peer, token: string | undefined): Promise<void> {
  const { link } = peer;
  if (link.isMisnamed) throw refusal("identifierRejected");
  if (!token) throw refusal("notAuthorized");
  const session = await link.host.authenticate(token).catch(() => {
    throw refusal("serverUnavailable");
  });
  if (!session) throw refusal("badUserName");
  link.session = session;
  link.intake = new Intake(link.host, session, {
    pause: () => peer.pause(),
    resume() {
      // What was acknowledged meanwhile was not counted down by aedes, which would never read again.
      peer._parsingBatch = 1;
      peer.resume();
    },
    close: () => peer.close(),
  });
  // aedes knows sessions by client id alone; two devices may choose the same one.
  peer.id = `${session.device}/${peer.id}`;
}

/** The connection can be used: keep the host's watches for it until it closes. */
export function begin(peer: Peer): void {
  const { host, kept, session, watches } = peer.link;
  if (!session || peer.closed) return;
  host.count("mqtt", "connected");
  host.present(session, "mqtt", "connected");
  void kept.noteSession(session.device, peer.id, peer.clean);
  watches.revoked = host.watch(session, {
    revoked() {
      peer.will = null;
      peer.close();
    },
  });
  follow(peer, session);
  peer.conn.once("close", () => {
    host.count("mqtt", "disconnected");
    host.present(session, "mqtt", "disconnected");
  });
}

/** The connection is gone. */
export function finish({ link }: Peer): void {
  link.intake?.end();
  for (const end of Object.values(link.watches)) end?.();
}

function refusal(code: keyof typeof returnCodes): AuthenticateError {
  return Object.assign(new Error(code), { returnCode: returnCodes[code] });
}
