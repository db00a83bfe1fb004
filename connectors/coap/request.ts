import type { RemoteInfo } from "node:dgram";
import { IncomingMessage } from "coap";
import type { OptionName, ParsedPacket } from "coap-packet";

/** Critical options that coap-packet knows by name and that mean nothing here. Others have their number for a name. */
const notUnderstood = new Set<OptionName | number>([
  "If-Match",
  "If-None-Match",
  "OSCORE",
  "Q-Block1",
  "Q-Block2",
  "OCF-Accept-Content-Format-Version",
  "OCF-Content-Format-Version",
]);

/** A request as the package reads it, with the sender and the packet it came in. */
export class Request extends IncomingMessage {
  readonly packet: ParsedPacket;
  readonly peer: string;
  /** Uri-Path by `/`. */
  readonly path: string;
  readonly query: URLSearchParams;

  constructor(packet: ParsedPacket, from: RemoteInfo) {
    super(packet, from);
    this.packet = packet;
    this.peer = peerOf(from);
    const [path = "", query] = this.url.split(/\?(.*)/s);
    this.path = path;
    this.query = new URLSearchParams(query);
  }

  /** An option that the package does not convert, as it came. */
  bytesOf(name: string): Buffer | undefined {
    return this.packet.options.find((option) => String(option.name) === name)?.value;
  }

  has(name: OptionName): boolean {
    return this.packet.options.some((option) => option.name === name);
  }

  /** An option that must be understood and is not: odd numbers are critical (RFC 7252, section 5.4.1). */
  get criticalUnknown(): OptionName | number | undefined {
    return this.packet.options.find(({ name }) => notUnderstood.has(name) || Number(name) % 2 === 1)?.name;
  }
}

export function peerOf({ address, port }: Pick<RemoteInfo, "address" | "port">): string {
  return `${address}|${port}`;
}
