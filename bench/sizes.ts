/** The fleet of every measurement that does not say otherwise. */
export const fleetSize = { gateways: 50, devices: 1000, probes: 10 };
