import { readFile, readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { Problem, notFound } from '#platform/http/problem.ts'
import { language, translated } from '#platform/i18n/translated.ts'
import { maxBytes, readBoundedJson } from './bounded-json.ts'
import { DraftBuilder, Faults, elementCode, frameworkVersion } from './framework-draft.ts'
import type { ImportNote, ReadFramework } from './framework-draft.ts'
import { frameworkLevel, importance } from './frameworks.api.ts'

// A pack: a framework as a folder of three JSON files, or as one document {pack, competencies, roles}.

const packsDirectory = path.resolve(import.meta.dirname, '../../../../packs')
const maxPacks = 50

/** Checks the length before the items: a refusal of a million items would itself be large. */
const listOf = <S extends z.core.$ZodType>(item: S, max: number) => z.array(z.unknown()).max(max).pipe(z.array(item))

const inSomeLanguage = translated.refine(text => Object.values(text).some(Boolean))
const level = z.int().min(1).max(9)

const packKey = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)

const pack = z.strictObject({
  key: packKey,
  publisher: z.string().trim().min(1).max(100),
  version: frameworkVersion,
  sourceLanguage: language,
  title: inSomeLanguage,
  description: translated,
  licence: z.string().trim().min(1).max(500),
  source: translated,
  levels: listOf(frameworkLevel, 10).refine(
    levels => levels.length >= 2 && levels.every((one, i) => i === 0 || one.level > levels[i - 1]!.level),
  ),
})

const competency = z.strictObject({
  code: elementCode,
  name: inSomeLanguage,
  description: translated,
  statements: listOf(z.strictObject({ code: elementCode, level, text: inSomeLanguage }), 200),
})

const role = z.strictObject({
  code: elementCode,
  number: z.int().nullable().optional(),
  name: inSomeLanguage,
  description: translated,
  /** The role that this one reports to. */
  reportsTo: elementCode.optional(),
  tasks: listOf(z.strictObject({ code: elementCode, text: inSomeLanguage }), 500),
  needs: listOf(z.strictObject({ competency: elementCode, importance, level }), 1000),
})

const file = z.strictObject({ pack: z.unknown(), competencies: z.array(z.unknown()).max(10_000), roles: z.array(z.unknown()).max(5000) })

/** A pack as one document → draft; throws a Problem with the places of what is wrong. */
export function readPack(value: unknown): ReadFramework {
  const faults = new Faults()
  const outer = faults.read(file, value, '')
  faults.throwIfAny()
  const head = faults.read(pack, outer!.pack, 'pack')
  const competencies = outer!.competencies.map((one, i) => faults.read(competency, one, `competencies.${i}`))
  const roles = outer!.roles.map((one, i) => faults.read(role, one, `roles.${i}`))
  faults.throwIfAny()

  const builder = new DraftBuilder(faults, head!.levels)
  for (const [i, one] of competencies.entries()) {
    const { code, name, description, statements } = one!
    builder.addElement(`competencies.${i}`, { kind: 'competency', code, parentCode: null, level: null, name, text: description })
    for (const [j, statement] of statements.entries()) {
      builder.addElement(`competencies.${i}.statements.${j}`, {
        kind: 'statement',
        code: statement.code,
        parentCode: code,
        level: statement.level,
        name: {},
        text: statement.text,
      })
    }
  }
  for (const [i, one] of roles.entries()) {
    const { code, name, description, tasks } = one!
    builder.addElement(`roles.${i}`, { kind: 'role', code, parentCode: null, level: null, name, text: description })
    for (const [j, task] of tasks.entries()) {
      builder.addElement(`roles.${i}.tasks.${j}`, {
        kind: 'task',
        code: task.code,
        parentCode: null,
        level: null,
        name: {},
        text: task.text,
      })
    }
  }
  for (const [i, one] of roles.entries()) {
    const { code: roleCode, reportsTo, tasks, needs } = one!
    if (reportsTo !== undefined) {
      const relation = { kind: 'reports-to', roleCode, elementCode: reportsTo, importance: 'required', level: null } as const
      builder.addRelation(`roles.${i}.reportsTo`, relation)
    }
    for (const [j, task] of tasks.entries()) {
      builder.addRelation(`roles.${i}.tasks.${j}`, {
        kind: 'performs',
        roleCode,
        elementCode: task.code,
        importance: 'required',
        level: null,
      })
    }
    for (const [j, need] of needs.entries()) {
      const place = `roles.${i}.needs.${j}`
      const relation = { kind: 'needs', roleCode, elementCode: need.competency, importance: need.importance, level: need.level } as const
      if (!builder.addRelation(place, relation)) faults.add(`${place}.competency`, 'duplicate', { value: need.competency })
    }
  }
  const numbers = roles.filter(one => typeof one!.number === 'number').length
  const notes: ImportNote[] = numbers > 0 ? [{ code: 'role-number-left-aside', params: { count: numbers } }] : []
  return builder.finish('pack', head!, notes)
}

/** A pack's folder as one document. */
export async function readPackFolder(directory: string): Promise<ReadFramework> {
  const [head, competencies, roles] = await Promise.all(
    ['pack.json', 'competencies.json', 'roles.json'].map(name => readPart(path.join(directory, name))),
  )
  return readPack({ pack: head, competencies, roles })
}

async function readPart(fileName: string): Promise<unknown> {
  const { size } = await stat(fileName).catch(() => {
    throw new Problem(422, 'import.unreadable')
  })
  if (size > maxBytes) throw new Problem(413, 'request.too-large')
  return readBoundedJson(await readFile(fileName))
}

/** A pack that ships with the product; unknown: 404. */
export async function readBuiltInPack(key: string): Promise<ReadFramework> {
  if (!(await listBuiltInPacks()).includes(key)) throw notFound('pack')
  const read = await readPackFolder(path.join(packsDirectory, key))
  if (read.draft.key !== key) throw new Error(`packs/${key}: its key is ${read.draft.key}`)
  return read
}

export async function listBuiltInPacks(): Promise<string[]> {
  const entries = await readdir(packsDirectory, { withFileTypes: true })
  return entries
    .filter(entry => entry.isDirectory() && packKey.safeParse(entry.name).success)
    .map(entry => entry.name)
    .sort()
    .slice(0, maxPacks)
}
