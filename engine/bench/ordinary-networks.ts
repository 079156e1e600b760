import { kindNames } from '#window/kinds.ts'

// The networks that the load goes to (load-flows.ts), with limits at which it is ordinary: 16,384 hosts receive what millions
// do, so they may, and where a load says that it is sampled, as many times more. Nobody is attacked; from some million records
// a second on the IPv4 network, from more on its busiest net too, have rich counters, as in life.

export function ordinaryNetworks(samplingRate: number) {
  const limit = { packetsPerSecond: 5_000_000 * samplingRate, bitsPerSecond: 50_000_000_000 * samplingRate }
  return {
    profiles: {
      wide: {
        total: { ...limit, flowsPerSecond: limit.packetsPerSecond },
        kinds: Object.fromEntries(kindNames.map(name => [name, limit])),
        newSources: limit.packetsPerSecond,
      },
    },
    networks: ['10.10.0.0/16', '2001:db8::/48'].map(prefix => ({ prefix, profile: 'wide' })),
  }
}
