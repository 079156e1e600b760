import type { Work } from '#platform/database/work.ts'
import { writeTableFile } from '#platform/exports/table-file.ts'
import type { TableFormat } from '#platform/exports/table-file.ts'
import type { Download } from '#platform/http/endpoint.ts'
import { Problem } from '#platform/http/problem.ts'
import { textsIn } from '#platform/i18n/server-texts.ts'
import { textIn } from '#platform/i18n/languages.ts'
import type { Language } from '#platform/i18n/languages.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import { getPersonRoleMap, getRoleUnitMap } from './heat-maps.ts'

// The maps as tables: what the colours say is in the cells.

/** Of one file: what is set in a second or two. Beyond it there is none, rather than half of one. */
const maxRows = 20_000
const maxCells = 500_000

/** The map in one page, when it fits into a file; `read` gives as many lines as it is asked for. */
async function readWhole<M extends { roles: readonly unknown[]; next: string | null }>(read: (limit: number) => Promise<M>): Promise<M> {
  // Of each role there are two columns.
  const columns = 2 + 2 * (await read(1)).roles.length
  const most = Math.min(maxRows, Math.floor(maxCells / columns))
  const map = await read(most)
  if (map.next !== null) throw new Problem(422, 'heat-map.too-large-for-file', { params: { maximum: most } })
  return map
}

interface FileQuery {
  format: TableFormat
  language: Language
}

/** A role has a column for who is ready and, where somebody has said it, one for who is needed. */
export async function getRoleUnitFile(
  work: Work,
  query: FileQuery & { withinUnitId?: string | undefined },
): Promise<() => Promise<Download>> {
  const map = await readWhole(limit => getRoleUnitMap(work, { withinUnitId: query.withinUnitId, limit }))
  const t = textsIn(query.language)
  const say = (text: Translated): string => textIn(text, query.language).text
  const lines = [
    { name: map.within ? say(map.within.name) : t('needs:file.organisation'), code: map.within?.code ?? '', cells: map.total },
    ...map.units.map(unit => ({ name: say(unit.name), code: unit.code, cells: unit.cells })),
  ]
  const table = {
    name: t('needs:file.roleUnit', { date: map.today }),
    sheet: t('needs:file.roleUnitSheet'),
    headings: [
      t('needs:file.unit'),
      t('needs:file.unitCode'),
      ...map.roles.flatMap(role => {
        const params = { role: say(role.name), level: role.level }
        return [t('needs:file.ready', params), t('needs:file.needed', params)]
      }),
    ],
    rows: lines.map(line => [line.name, line.code, ...line.cells.flatMap(cell => [cell.ready, cell.needed])]),
  }
  return () => writeTableFile(table, query.format)
}

export async function getPersonRoleFile(
  work: Work,
  query: FileQuery & { unitId: string; frameworkId: string },
): Promise<() => Promise<Download>> {
  const map = await readWhole(limit => getPersonRoleMap(work, { unitId: query.unitId, frameworkId: query.frameworkId, limit }))
  const t = textsIn(query.language)
  const say = (text: Translated): string => textIn(text, query.language).text
  const table = {
    name: t('needs:file.personRole', { unit: map.unit.code, date: map.today }),
    sheet: t('needs:file.personRoleSheet'),
    headings: [
      t('needs:file.person'),
      t('needs:file.postRole'),
      ...map.roles.flatMap(role => {
        const params = { role: say(role.name), required: role.required }
        return [t('needs:file.met', params), t('needs:file.missing', params)]
      }),
    ],
    rows: map.people.map(person => [
      person.name,
      person.roleCode,
      ...person.cells.flatMap(cell => (person.isRated ? [cell.met, cell.missing] : [null, null])),
    ]),
  }
  return () => writeTableFile(table, query.format)
}
