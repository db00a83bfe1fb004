import { createHash } from "node:crypto";

/**
 * Who works each lane. Rendezvous hashing (Thaler and Ravishankar, 1998), but no node gets more than its
 * even share: a lane whose best node is full goes to its next best. When a node comes or goes, hardly
 * more lanes move than must. Empty without nodes.
 */
export function ownersOf(lanes: number, nodes: readonly string[]): string[] {
  if (nodes.length === 0) return [];
  const share = Math.floor(lanes / nodes.length);
  /** So many nodes work one more. */
  let spare = lanes % nodes.length;
  const counts = new Map<string, number>(nodes.map((node) => [node, 0]));
  return Array.from({ length: lanes }, (_, lane) => {
    const ranked = [...nodes].sort((a, b) => (weight(a, lane) > weight(b, lane) ? -1 : 1));
    const owner = ranked.find((node) => counts.get(node)! < share + (spare > 0 ? 1 : 0))!;
    const count = counts.get(owner)! + 1;
    if (count > share) spare--;
    counts.set(owner, count);
    return owner;
  });
}

function weight(node: string, lane: number): string {
  return createHash("md5").update(`${node}/${lane}`).digest("hex");
}
