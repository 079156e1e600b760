import { parsePrefix } from '../flow/prefix-table.ts'
import { kindNames } from '../window/kinds.ts'
import { changeProfile, standardProfile } from './profiles.ts'
import type { Profile, ProfileChange } from './profiles.ts'
import { createProtectedNetworks, everything } from './protected-networks.ts'
import type { ProtectedNetwork, ProtectedNetworks } from './protected-networks.ts'

// The operator's file of protected networks:
// { "profiles": { "web": { "total": { "packetsPerSecond": 500000 }, "kinds": { "udp": { … } } } },
//   "networks": [{ "prefix": "192.0.2.0/24", "owner": "…", "profile": "web" }] }

export interface NetworksFile {
  networks: ProtectedNetworks
  profiles: Profile[]
}

type Fields = Record<string, unknown>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

function fieldsOf(value: unknown, where: string, allowed: readonly string[]): Fields {
  if (!isFields(value)) throw new RangeError(`${where} is no object`)
  const unknown = Object.keys(value).find(key => !allowed.includes(key))
  if (unknown !== undefined) throw new RangeError(`${where} has "${unknown}"; it may have ${allowed.join(', ')}`)
  return value
}

function limitsIn(value: unknown, where: string, allowed: readonly string[]): Record<string, number> {
  const fields = fieldsOf(value, where, allowed)
  for (const [key, limit] of Object.entries(fields))
    if (typeof limit !== 'number' || !(limit > 0)) throw new RangeError(`${where}.${key} is no number above 0`)
  return fields as Record<string, number>
}

function readProfile(name: string, value: unknown): Profile {
  const where = `profile "${name}"`
  const fields = fieldsOf(value, where, ['total', 'kinds', 'netFactor', 'newSources'])
  const { netFactor, newSources, total = {}, kinds = {} } = fields
  const numbers = limitsIn(
    { ...(netFactor === undefined ? {} : { netFactor }), ...(newSources === undefined ? {} : { newSources }) },
    where,
    ['netFactor', 'newSources'],
  )
  const change: ProfileChange = {
    ...numbers,
    total: limitsIn(total, `${where}.total`, ['packetsPerSecond', 'bitsPerSecond', 'flowsPerSecond']),
    kinds: Object.fromEntries(
      Object.entries(fieldsOf(kinds, `${where}.kinds`, kindNames)).map(([one, limit]) => [
        one,
        limitsIn(limit, `${where}.kinds.${one}`, ['packetsPerSecond', 'bitsPerSecond']),
      ]),
    ),
  }
  return changeProfile(name, change)
}

/** Reads what the file says, and prefixes of the command line. Throws a RangeError that says what is wrong and where. */
export function readNetworks(file: unknown, prefixes: readonly string[]): NetworksFile {
  const fields = fieldsOf(file, 'the networks file', ['profiles', 'networks'])
  const { profiles = {}, networks = [] } = fields
  if (!isFields(profiles)) throw new RangeError('profiles is no object')
  if (!Array.isArray(networks)) throw new RangeError('networks is no list')
  const known = [standardProfile]
  for (const [name, value] of Object.entries(profiles)) {
    const profile = readProfile(name, value)
    if (name === standardProfile.name) known[0] = profile
    else known.push(profile)
  }
  const readNetwork = (value: unknown, where: string): ProtectedNetwork => {
    const { prefix: text, owner = '', profile = standardProfile.name } = fieldsOf(value, where, ['prefix', 'owner', 'profile'])
    const prefix = typeof text === 'string' ? parsePrefix(text) : undefined
    if (!prefix) throw new RangeError(`${where}: ${JSON.stringify(text)} is no prefix such as 192.0.2.0/24, without bits beyond its length`)
    if (typeof owner !== 'string') throw new RangeError(`${where}: the owner is no text`)
    if (typeof profile !== 'string' || !known.some(({ name }) => name === profile))
      throw new RangeError(`${where}: there is no profile ${JSON.stringify(profile)}`)
    return { prefix, name: text as string, owner, profile }
  }
  const list = [
    ...networks.map((value, index) => readNetwork(value, `networks[${index}]`)),
    ...prefixes.map(prefix => readNetwork({ prefix }, '--network')),
  ]
  return { networks: list.length > 0 ? createProtectedNetworks(list) : everything(), profiles: known }
}
