import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { amplificationServices } from '../window/amplification-services.ts'
import { standardProfile } from './profiles.ts'
import type { Limit } from './profiles.ts'

test('the README tells the limits of the profile "standard"', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const told = readme.split('\n').flatMap(line => {
    const cells = line.split('|').map(cell => cell.trim())
    return line.startsWith('| ') && cells.length === 5 ? [cells.slice(1, 4)] : []
  })
  const inUse = amplificationServices.filter(service => 'isUsedByMany' in service).map(({ name }) => name)
  const row = (name: string, { packetsPerSecond, bitsPerSecond }: Limit): string[] => [
    name,
    packetsPerSecond?.toLocaleString('en') ?? '',
    bitsPerSecond === undefined ? '' : (bitsPerSecond / 1e6).toLocaleString('en'),
  ]
  const { kinds, total } = standardProfile
  const named = Object.entries(kinds).filter(([name]) => amplificationServices.every(service => service.name !== name))
  const services = amplificationServices.find(service => !('isUsedByMany' in service))!
  const wanted = [
    row('`total`', total),
    ...named.map(([name, limit]) => row(`\`${name}\``, limit)),
    row(inUse.map(name => `\`${name}\``).join(', '), kinds[inUse[0]!]!),
    row('every other service', kinds[services.name]!),
  ]
  expect(told).toEqual(expect.arrayContaining(wanted))
  const { netFactor, newSources } = standardProfile
  expect(readme).toContain(
    `${total.flowsPerSecond!.toLocaleString('en')} flows a second and ${newSources.toLocaleString('en')} new sources in a second or two; \`netFactor\` is ${netFactor}.`,
  )
})
