/** The lane of a device: FNV-1a (32 bit) of its id, modulo the lane count. */
export function laneOf(device: string, lanes: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < device.length; i++) hash = Math.imul(hash ^ device.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % lanes;
}
