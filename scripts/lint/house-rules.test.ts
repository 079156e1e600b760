import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

// A rule that cannot fail holds nothing: every rule of the house is broken once, in a tree like ours, and must be named.

const root = path.resolve(import.meta.dirname, '../..')

// file, its text, the rule that must name it; without a rule the file must pass
const probes: readonly [file: string, text: string, rule?: string][] = [
  ['server/src/platform/jobs/a.ts', "export { listPeople } from '#capacity/people/people.ts'", 'house(layers)'],
  ['server/src/platform/jobs/b.ts', "export const later = () => import('../../capacity/people/people.ts')", 'house(layers)'],
  ['server/src/platform/jobs/c.ts', "export { connect } from '#platform/database/connection.ts'"],
  ['server/src/platform/jobs/d.ts', "export * from '#serve.ts'", 'house(layers)'],
  ['server/src/platform/jobs/e.ts', "export * from '#platform/identity/identity.store.ts'", 'house(layers)'],
  ['server/src/capacity/plans/a.ts', "export { findPerson } from '#capacity/people/people.store.ts'", 'house(layers)'],
  ['server/src/capacity/plans/b.ts', "export { findPerson } from '../people/names.ts'", 'house(layers)'],
  ['server/src/capacity/plans/c.ts', "export { mountPeople } from '#capacity/people/people.routes.ts'", 'house(layers)'],
  [
    'server/src/capacity/plans/d.ts',
    "export * from '#capacity/people/people.ts'\nexport * from '#capacity/people/people.api.ts'\nexport * from './plans.store.ts'",
  ],
  ['server/src/capacity/plans/e.ts', "export { serve } from '../../serve.ts'", 'house(layers)'],
  ['server/src/capacity/plans/f.ts', "export * from '../../../test/kit.ts'", 'house(layers)'],
  ['server/src/capacity/plans/plans.api.ts', "export * from './plans.ts'", 'house(layers)'],
  ['server/src/capacity/plans/plans.test.ts', "export * from '../../../test/kit.ts'"],
  [
    'server/src/capacity/plans/g.ts',
    'export async function each(ids: string[], read: (id: string) => Promise<void>) {\n  for (const id of ids) await read(id)\n}',
    'eslint(no-await-in-loop)',
  ],
  ['server/src/areas.ts', "export { mountPeople } from '#capacity/people/people.routes.ts'"],
  ['server/test/a.ts', "export * from '#capacity/people/people.store.ts'"],
  ['server/src/platform/mail/a.ts', "export const from = process.env['LUYTRE_MAIL']", 'node(no-process-env)'],
  ['server/src/platform/mail/b.ts', "import { c } from './c.ts'\nexport const b = () => c()", 'import(no-cycle)'],
  ['server/src/platform/mail/c.ts', "import { b } from './b.ts'\nexport const c = (): number => b() + 1", 'import(no-cycle)'],
  [
    'server/src/platform/mail/d.ts',
    'export async function send() {}\nexport function sendAll() {\n  send()\n}',
    'typescript(no-floating-promises)',
  ],
  [
    'server/src/platform/mail/e.ts',
    'export async function isSent() {\n  return true\n}\nexport const say = () => (isSent() ? 1 : 2)',
    'typescript(no-misused-promises)',
  ],
  ['server/src/platform/mail/f.ts', 'export const sent = async () => await 1', 'typescript(await-thenable)'],
  ['server/src/platform/mail/g.ts', 'export const parse = (text: any) => text', 'typescript(no-explicit-any)'],
  ['server/src/platform/mail/h.ts', "export * from 'luytre-engine/flow/flow-batch.ts'", 'house(layers)'],
  ['server/src/reactive/mitigation/a.ts', "export * from 'luytre-engine/flow/flow-batch.ts'"],
  ['engine/src/wire/a.ts', "export * from '#flow/flow-batch.ts'"],
  ['engine/src/wire/b.ts', "export * from 'luytre/version.ts'", 'house(layers)'],
  ['engine/src/wire/c.ts', "export * from '../../../web/src/router.tsx'", 'house(layers)'],
  ['engine/src/wire/d.ts', "export { readFile } from 'node:fs/promises'", 'house(layers)'],
  ['engine/src/wire/e.ts', "export * from '#source/capture-file.ts'", 'house(layers)'],
  ['engine/src/wire/f.ts', 'export const now = () => Date.now()', 'eslint(no-restricted-globals)'],
  ['engine/src/source/c.ts', 'export const now = () => Date.now()'],
  ['engine/src/source/a.ts', "export { readFile } from 'node:fs/promises'\nexport * from '#flow/flow-batch.ts'"],
  ['engine/src/source/b.ts', "export * from '../../../server/src/version.ts'", 'house(layers)'],
  ['engine/bin/a.ts', "export * from '#source/capture-file.ts'"],
  ['engine/bin/b.ts', "export * from 'luytre/version.ts'", 'house(layers)'],
  ['engine/fuzz/a.ts', "export { readFile } from 'node:fs/promises'"],
  ['engine/bench/a.ts', "export { readFile } from 'node:fs/promises'"],
  ['engine/src/wire/g.ts', "export * from '../../bench/load-flows.ts'", 'house(layers)'],
  ['web/src/ui/A.tsx', "export * from '#capacity/people/PeoplePage.tsx'", 'house(layers)'],
  ['web/src/ui/B.tsx', "export * from '#shell/Shell.tsx'", 'house(layers)'],
  [
    'web/src/ui/C.tsx',
    "import { useState } from 'react'\nexport const C = (props: { isOpen: boolean }) => (props.isOpen ? useState(0)[0] : 1)",
    'react-hooks(rules-of-hooks)',
  ],
  ['web/src/ui/D.tsx', 'export const D = () => <img src="a.png" />', 'jsx-a11y(alt-text)'],
  ['web/src/platform/call/a.ts', "export * from '#ui/Page.tsx'", 'house(layers)'],
  ['web/src/capacity/people/a.ts', "export * from 'luytre/capacity/people/people.ts'", 'house(layers)'],
  ['web/src/capacity/people/b.ts', "export * from '../../../../server/src/platform/http/server.ts'", 'house(layers)'],
  [
    'web/src/capacity/people/c.ts',
    "export * from 'luytre/capacity/people/people.api.ts'\nexport * from 'luytre/platform/http/endpoint.ts'\nexport * from '#ui/Page.tsx'",
  ],
  ['web/src/capacity/people/d.ts', "export * from '#ledger/LedgerPage.tsx'", 'house(layers)'],
  ['web/src/capacity/people/e.ts', "export * from '#ledger/ledger.routes.tsx'"],
  ['web/src/shell/a.ts', "export * from '#ledger/LedgerPage.tsx'", 'house(layers)'],
]

const named = new Map<string, string[]>()
let tree = ''

beforeAll(() => {
  tree = mkdtempSync(path.join(os.tmpdir(), 'luytre-lint-'))
  for (const name of ['node_modules', 'scripts']) symlinkSync(path.join(root, name), path.join(tree, name))
  for (const name of [
    '.oxlintrc.json',
    'tsconfig.base.json',
    'engine/tsconfig.json',
    'server/tsconfig.json',
    'web/tsconfig.json',
    'engine/package.json',
    'server/package.json',
    'web/package.json',
  ])
    cpSync(path.join(root, name), path.join(tree, name))
  for (const [file, text] of probes) {
    mkdirSync(path.join(tree, path.dirname(file)), { recursive: true })
    writeFileSync(path.join(tree, file), `${text}\n`)
  }
  const { stdout } = spawnSync(process.execPath, ['node_modules/oxlint/bin/oxlint', '--format=json', 'engine', 'server', 'web'], {
    cwd: tree,
    encoding: 'utf8',
  })
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { filename: string; code: string }[] }
  for (const { filename, code } of diagnostics) named.set(filename, [...(named.get(filename) ?? []), code])
}, 60_000)

afterAll(() => rmSync(tree, { recursive: true, force: true }))

test.each(probes)('%s', (file, _text, rule) => {
  if (rule) expect(named.get(file)).toContain(rule)
  else expect(named.get(file) ?? []).not.toContain('house(layers)')
})
