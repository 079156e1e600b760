import { expect, test } from 'vitest'
import { standardProfile } from './profiles.ts'
import { readNetworks } from './read-networks.ts'

test('what a profile does not name is as in standard', () => {
  const { profiles, networks } = readNetworks(
    {
      profiles: { web: { total: { packetsPerSecond: 500_000 }, kinds: { dns: { packetsPerSecond: 9 } }, netFactor: 2 } },
      networks: [{ prefix: '192.0.2.0/24', owner: 'Ministry', profile: 'web' }, { prefix: '2001:db8::/32' }],
    },
    ['198.51.100.7'],
  )
  expect(profiles[1]).toMatchObject({
    name: 'web',
    total: { ...standardProfile.total, packetsPerSecond: 500_000 },
    kinds: { ...standardProfile.kinds, dns: { packetsPerSecond: 9 } },
    netFactor: 2,
    newSources: standardProfile.newSources,
  })
  expect(networks.list.map(({ name, owner, profile }) => [name, owner, profile])).toEqual([
    ['192.0.2.0/24', 'Ministry', 'web'],
    ['2001:db8::/32', '', 'standard'],
    ['198.51.100.7', '', 'standard'],
  ])
})

test('without any network every host is watched', () => {
  const { table } = readNetworks({}, []).networks
  expect([table.find4(0x0808_0808), table.find6(0x2001_0db8, 0, 0, 1)]).toEqual([0, 1])
})

test.each<[unknown, string]>([
  [[], 'the networks file is no object'],
  [{ network: [] }, 'has "network"'],
  [{ networks: {} }, 'networks is no list'],
  [{ networks: [{ prefix: '192.0.2.1/24' }] }, 'networks[0]: "192.0.2.1/24" is no prefix'],
  [{ networks: [{ prefix: '192.0.2.0/24', profile: 'web' }] }, 'networks[0]: there is no profile "web"'],
  [{ profiles: { web: { kinds: { tcp: {} } } } }, 'profile "web".kinds has "tcp"'],
  [{ profiles: { web: { total: { packetsPerSecond: '5' } } } }, 'profile "web".total.packetsPerSecond is no number above 0'],
  [{ profiles: { web: { netFactor: 0 } } }, 'profile "web".netFactor is no number above 0'],
])('%j is refused: %s', (file, says) => expect(() => readNetworks(file, [])).toThrow(says))
