import { createPrefixTable, parsePrefix } from '../flow/prefix-table.ts'
import type { Prefix, PrefixTable } from '../flow/prefix-table.ts'

// Whom we protect: prefixes with their owner and the profile of thresholds that holds for their hosts.

export interface ProtectedNetwork {
  prefix: Prefix
  /** As it was written, for people. */
  name: string
  owner: string
  /** Name of a profile (profiles.ts). */
  profile: string
}

export interface ProtectedNetworks {
  readonly table: PrefixTable
  readonly list: readonly ProtectedNetwork[]
}

export function createProtectedNetworks(list: readonly ProtectedNetwork[]): ProtectedNetworks {
  return { list, table: createPrefixTable(list.map(({ prefix }) => prefix)) }
}

/** Everything there is, for who protects nothing in particular: every host is watched, the whole of it is no target. */
export const everything = (profile = 'standard'): ProtectedNetworks =>
  createProtectedNetworks(['0.0.0.0/0', '::/0'].map(name => ({ prefix: parsePrefix(name)!, name, owner: '', profile })))
