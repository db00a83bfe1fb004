import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { Undelivered } from "../../engine/model/channel.ts";
import { MillraceError } from "../../engine/model/errors.ts";

/** Hosts that notifications may go to: names, "*.example.org" for all below, or addresses. */
export interface AllowedHosts {
  hosts: readonly string[];
  /** Of these an address inside the own network is right, too. */
  internalHosts: readonly string[];
}

/** Not to be reached from outside: private, loopback, link-local, reserved; RFC 6890 and the registries of IANA. */
const internal = new BlockList();
for (const range of [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"],
  ...["192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"],
  ...["198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"],
]) {
  const [net, prefix] = range.split("/");
  internal.addSubnet(net!, Number(prefix), "ipv4");
}
/** Of IPv6 only global unicast is outside, without what carries IPv4 addresses or is for documents. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet("2000::", 3, "ipv6");
const special = new BlockList();
for (const [net, prefix] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const)
  special.addSubnet(net, prefix, "ipv6");

/** Whether an address belongs to the own network, or to nobody. */
export function isInternal(address: string): boolean {
  if (isIP(address) === 4) return internal.check(address, "ipv4");
  return !globalUnicast.check(address, "ipv6") || special.check(address, "ipv6");
}

/** Throws where the host is on neither list. */
export function requireAllowed(host: string, { hosts, internalHosts }: AllowedHosts) {
  if (isListed(host, hosts) || isListed(host, internalHosts)) return;
  throw new MillraceError(
    "forbidden",
    `Notifications must not go to "${host}": add it to MILLRACE_NOTIFY_HOSTS, or to MILLRACE_NOTIFY_INTERNAL_HOSTS where it is inside the own network, and start again.`,
  );
}

/**
 * The address to connect to. The connection must go to it and not ask for the name again: a name may change its mind.
 * Rejects with Undelivered where the name leads inside and must not.
 */
export async function resolveOutside(
  host: string,
  allowed: AllowedHosts,
): Promise<{ address: string; family: number }> {
  const found = await lookup(host, { all: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Undelivered(`the name "${host}" is not known (${error.code})`, { isFinal: false });
  });
  const first = found[0];
  if (!first) throw new Undelivered(`the name "${host}" has no address`, { isFinal: false });
  if (!isListed(host, allowed.internalHosts) && found.some(({ address }) => isInternal(address)))
    throw new Undelivered(
      `"${host}" leads into the own network; where that is right, name it in MILLRACE_NOTIFY_INTERNAL_HOSTS`,
      { isFinal: true },
    );
  return first;
}

/** The host of a URL without the brackets of IPv6, lower-case. */
export const hostOf = (url: URL) => url.hostname.replace(/^\[(.*)\]$/, "$1").toLowerCase();

export function isListed(host: string, list: readonly string[]): boolean {
  const name = host.toLowerCase();
  return list.some((entry) => {
    const wanted = entry.toLowerCase();
    return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) && isIP(name) === 0 : name === wanted;
  });
}
