import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const source = path.join(import.meta.dirname, '..')
const blocks = globSync('ui/**/*.tsx', { cwd: source }).map(file => file.split(path.sep).join('/'))
const gallery = globSync('gallery/*.tsx', { cwd: source })
  .map(file => readFileSync(path.join(source, file), 'utf8'))
  .join('\n')

test('the gallery shows every block of ui/, from its own file', () => {
  expect(blocks.length).toBeGreaterThan(25)
  const missing = blocks.filter(file => {
    const block = path.basename(file, '.tsx')
    return !gallery.includes(`from '#${file}'`) || !gallery.includes(`<Specimen block="${block}">`) || !gallery.includes(`<${block}`)
  })
  expect(missing).toEqual([])
})
