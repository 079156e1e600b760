import { listPlansOfPeople } from '#capacity/development-plans/development-plans.ts'
import { findElements, listRoles } from '#capacity/frameworks/frameworks.ts'
import { listOpenNeeds } from '#capacity/needs/needs.ts'
import { findPeople, listUnitNames } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Translated } from '#platform/i18n/translated.ts'
import type { Permission } from '#platform/permissions/permissions.ts'
import { scopeOf } from '#platform/permissions/permissions.ts'
import { rankOf, readWanted } from './rank.ts'
import type { Wanted } from './rank.ts'
import type { Found, FoundKind } from './search.api.ts'

// Each module finds its own records by its own rules, within what the caller may see; here they are ranked and put together.

interface Ranked {
  rank: number
  found: Found
}

interface Group {
  kind: FoundKind
  found: Found[]
  hasMore: boolean
}

interface Asked {
  work: Work
  /** As typed, for the modules' own search. */
  search: string
  wanted: Wanted
  /** Asked for once, by people and by plans. */
  findPeople: () => ReturnType<typeof findPeople>
}

/** Records that a module hands over to be ranked: enough for the best to be among them, few enough to be quick. */
const maxCandidates = 100

/** What is found of each kind, and the permission that opens the kind. In the order of kinds that are equally good. */
const kinds: readonly {
  kind: FoundKind
  needs: Permission
  find: (asked: Asked) => Promise<Ranked[]>
}[] = [
  { kind: 'person', needs: 'person.read', find: rankPeople },
  { kind: 'unit', needs: 'unit.read', find: rankUnits },
  { kind: 'role', needs: 'framework.read', find: rankRoles },
  { kind: 'plan', needs: 'plan.read', find: rankPlans },
  { kind: 'need', needs: 'staffing-need.read', find: rankNeeds },
  { kind: 'element', needs: 'framework.read', find: rankElements },
]

export async function searchEverything(
  work: Work,
  query: { text: string; only?: FoundKind | undefined; limit: number },
): Promise<{ groups: Group[] }> {
  const search = query.text.normalize('NFC').replaceAll('\0', '').trim()
  let people: ReturnType<typeof findPeople> | undefined
  const findPeopleOnce: Asked['findPeople'] = () => (people ??= findPeople(work, search, maxCandidates))
  const asked: Asked = { work, search, wanted: readWanted(search), findPeople: findPeopleOnce }
  const groups: (Group & { best: number })[] = []
  for (const { kind, needs, find } of kinds) {
    if ((query.only ?? kind) !== kind || !scopeOf(needs, work.actor.roles)) continue
    // oxlint-disable-next-line no-await-in-loop -- six kinds, on one connection
    const ranked = await find(asked)
    if (ranked.length === 0) continue
    ranked.sort((a, b) => a.rank - b.rank)
    const found = ranked.slice(0, query.limit).map(one => one.found)
    groups.push({ kind, found, hasMore: ranked.length > query.limit, best: ranked[0]!.rank })
  }
  groups.sort((a, b) => a.best - b.best)
  return { groups: groups.map(({ kind, found, hasMore }) => ({ kind, found, hasMore })) }
}

const namesOf = (name: Translated): string[] => Object.values(name).filter(text => text !== undefined)

/** Those whose texts answer the search, in the order in which they came. */
function rank<Row>(
  wanted: Wanted,
  rows: readonly Row[],
  textsOf: (row: Row) => { codes: string[]; names: string[] },
  show: (row: Row) => Found,
): Ranked[] {
  return rows.flatMap(row => {
    const { codes, names } = textsOf(row)
    const found = rankOf(wanted, codes, names)
    return found === undefined ? [] : [{ rank: found, found: show(row) }]
  })
}

/** What the module itself found is kept, also where its rule is wider than the ranking's: it only comes last. */
const last = 9

async function rankPeople({ wanted, findPeople: find }: Asked): Promise<Ranked[]> {
  return (await find()).map(({ id, name, nameCulture, reading, staffCode, title, unitName }) => ({
    // Vietnamese people are called by the last word of their name.
    rank:
      rankOf(wanted, staffCode === null ? [] : [staffCode], [
        name,
        reading ?? '',
        ...(nameCulture === 'vi' ? name.split(' ').slice(-1) : []),
      ]) ?? last,
    found: { kind: 'person', id, name, staffCode, title, unitName },
  }))
}

async function rankUnits({ work, wanted }: Asked): Promise<Ranked[]> {
  return rank(
    wanted,
    await listUnitNames(work),
    ({ code, name }) => ({ codes: [code], names: namesOf(name) }),
    ({ id, code, name }) => ({ kind: 'unit', id, code, name }),
  )
}

async function rankRoles({ work, wanted, search }: Asked): Promise<Ranked[]> {
  const { roles } = await listRoles(work, { search, limit: maxCandidates })
  return roles.map(({ id, code, name, framework }) => ({
    rank: rankOf(wanted, [code], namesOf(name)) ?? last,
    found: { kind: 'role', id, code, name, framework: { id: framework.id, title: framework.title } },
  }))
}

async function rankElements({ work, wanted, search }: Asked): Promise<Ranked[]> {
  const elements = await findElements(work, search, maxCandidates)
  return elements.map(({ id, kind, code, name, text, framework }) => ({
    rank: rankOf(wanted, [code], namesOf(name)) ?? last,
    found: {
      kind: 'element',
      id,
      elementKind: kind,
      code,
      name: Object.keys(name).length > 0 ? name : text,
      framework: { id: framework.id, title: framework.title },
    },
  }))
}

/** Plans have no name but that of their person. */
async function rankPlans({ work, wanted, findPeople: find }: Asked): Promise<Ranked[]> {
  const rankOfPerson = new Map((await find()).map(({ id, name, reading }) => [id, rankOf(wanted, [], [name, reading ?? '']) ?? last]))
  const plans = await listPlansOfPeople(work, [...rankOfPerson.keys()], maxCandidates)
  return plans.map(({ id, person, halfYearCode, targetRoleName, status }) => ({
    rank: rankOfPerson.get(person.id) ?? last,
    found: { kind: 'plan', id, person, halfYearCode, targetRoleName, status },
  }))
}

async function rankNeeds({ work, wanted }: Asked): Promise<Ranked[]> {
  return rank(
    wanted,
    await listOpenNeeds(work),
    ({ roleCode, roleName, unitName }) => ({ codes: [roleCode], names: [...namesOf(roleName), ...namesOf(unitName ?? {})] }),
    ({ id, roleName, unitName, people, dueOn }) => ({ kind: 'need', id, roleName, unitName, people, dueOn }),
  )
}
