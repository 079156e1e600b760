import type { BenchRow } from '../calibration.ts'
import type { Get } from './program.ts'
import { timePages } from './timing.ts'
import type { Clock } from './timing.ts'

// Every list, search, page of gaps and heat map that people open, over HTTP with a session. A page in the middle is reached by
// the key that the page before gave, as people reach it.

interface Person {
  id: string
  staffCode: string
  roleCode: string
}
interface PeoplePage {
  people: Person[]
  next: string | null
}

/** What the addresses name. */
interface Seen {
  people: Person[]
  unitIds: string[]
  halfYearId: string
  frameworkId: string
  roleIds: Map<string, string>
}

export async function lookAround(get: Get): Promise<Seen> {
  const { people } = await get<PeoplePage>('/people?limit=200')
  const { units } = await get<{ units: { id: string }[] }>('/units')
  const { halfYears } = await get<{ halfYears: { id: string; isCurrent: boolean }[] }>('/half-years')
  const { frameworks } = await get<{ frameworks: { id: string }[] }>('/frameworks')
  const frameworkId = frameworks[0]!.id
  const { elements } = await get<{ elements: { id: string; code: string }[] }>(`/frameworks/${frameworkId}/elements?kind=role`)
  return {
    people,
    unitIds: units.map(({ id }) => id),
    halfYearId: halfYears.find(({ isCurrent }) => isCurrent)!.id,
    frameworkId,
    roleIds: new Map(elements.map(({ code, id }) => [code, id])),
  }
}

/** Key of a page so many pages of 200 down. */
async function walk(get: Get, address: string, pages: number): Promise<string> {
  let next: string | null = null
  for (let page = 0; page < pages; page++) {
    const found: { next: string | null } = await get(`${address}limit=200${next === null ? '' : `&after=${encodeURIComponent(next)}`}`)
    if (found.next === null) break
    next = found.next
  }
  if (next === null) throw new Error(`${address} has one page only`)
  return encodeURIComponent(next)
}

const at = <T>(values: readonly T[], index: number): T => values[(index * 37) % values.length]!

/** Who is signed in: each asks as one who may see the page, and as the one who opens it most. */
interface Callers {
  manager: Get
  administrator: Get
  supervisor: Get
}

export async function measureLists(
  { manager, administrator, supervisor }: Callers,
  seen: Seen,
  clock: Clock,
  depth: number,
): Promise<BenchRow[]> {
  const { people, unitIds, halfYearId, frameworkId, roleIds } = seen
  const ofPeople = await walk(manager, '/people?', depth)
  const ofPlans = await walk(manager, '/plans?', depth)
  const ofAccounts = await walk(administrator, '/accounts?', depth)
  const { lines } = await administrator<{ lines: { recordId: string; id: string }[] }>('/ledger?limit=200')
  return timePages('list', clock, {
    people: () => manager('/people'),
    'people, further down': () => manager(`/people?after=${ofPeople}`),
    'people of a unit': index => manager(`/people?unitId=${at(unitIds, index)}`),
    'people of a past day': () => manager('/people?asOf=2020-01-01'),
    'a person': index => manager(`/people/${at(people, index).id}`),
    units: () => manager('/units'),
    'units of a past day': () => manager('/units?asOf=2021-01-01'),
    plans: () => manager('/plans'),
    'plans, further down': () => manager(`/plans?after=${ofPlans}`),
    'plans of a half-year and a status': () => manager(`/plans?halfYearId=${halfYearId}&status=half-agreed`),
    assessment: index => {
      const person = at(people, index)
      return manager(`/people/${person.id}/assessment?halfYearId=${halfYearId}&roleId=${roleIds.get(person.roleCode)}`)
    },
    needs: () => manager('/staffing-needs'),
    roles: () => manager('/roles?search='),
    'elements of a framework': () => manager(`/frameworks/${frameworkId}/elements?kind=competency`),
    accounts: () => administrator('/accounts'),
    'accounts, further down': () => administrator(`/accounts?after=${ofAccounts}`),
    mails: () => administrator('/mails'),
    ledger: () => administrator('/ledger'),
    'ledger of a kind of record': index => administrator(`/ledger?recordType=${index % 2 === 0 ? 'assessment' : 'account'}`),
    'ledger of a record': index => administrator(`/ledger?recordType=assessment&recordId=${at(lines, index).recordId}`),
    notifications: () => supervisor('/notifications'),
    'events of units': () => manager('/unit-events'),
    'history of a unit': index => manager(`/units/${at(unitIds, index)}/history`),
    'reporting chain': () => manager(`/frameworks/${frameworkId}/reporting-chain`),
    'suggested needs': () => manager('/staffing-need-suggestions'),
    'departures of a person': index => manager(`/people/${at(people, index).id}/departures`),
    'my work: own': () => supervisor('/my-work/own'),
    'my work: people supervised': () => supervisor('/my-work/team'),
    'my work: how far the half-year is': () => manager('/my-work/progress'),
    'my work: short roles': () => manager('/my-work/short-roles'),
    'my work: first steps': () => administrator('/my-work/first-steps'),
    me: () => manager('/me'),
  })
}

/** As somebody types: with and without accents, few letters and many, a name that two in five have, a staff code, nobody. */
const typed: Record<string, string[]> = {
  'one letter': ['n', 't', 'y'],
  'the most frequent name': ['nguyen', 'Nguyễn', 'ng'],
  'several words': ['nguyen van a', 'Trần Thị Hương', 'le quang'],
  'a given name': ['linh', 'phuong', 'Yến'],
  nobody: ['zzz', 'nguyen zz'],
}

export async function measureSearch({ manager, administrator, supervisor }: Callers, seen: Seen, clock: Clock): Promise<BenchRow[]> {
  const search = (address: string, text: string): Promise<unknown> => manager(`${address}search=${encodeURIComponent(text)}`)
  const palette = (get: Get, text: string): Promise<unknown> => get(`/search?text=${encodeURIComponent(text)}`)
  const further = await walk(manager, '/people?search=nguyen&', 20)
  return timePages('search', clock, {
    ...Object.fromEntries(
      Object.entries(typed).map(([name, texts]) => [name, (index: number) => search('/people?', texts[index % texts.length]!)]),
    ),
    'a staff code': index => search('/people?', at(seen.people, index).staffCode),
    'further down': () => manager(`/people?search=nguyen&after=${further}`),
    'in a unit': index => search(`/people?unitId=${at(seen.unitIds, index)}&`, 'nguyen'),
    plans: index => search('/plans?', index % 2 === 0 ? 'nguyen' : 'le quang'),
    'plans, nobody': () => search('/plans?', 'zzz'),
    roles: () => search('/roles?', 'ana'),
    'statements of all frameworks': index => search('/framework-elements?', index % 2 === 0 ? 'incident' : 'phân tích'),
    'everything (the palette)': index => palette(manager, ['nguyen van', 'S00123', 'Trần', 'ana', 'ke hoach', 'zzz'][index % 6]!),
    'everything (the palette), as a supervisor': index => palette(supervisor, ['nguyen', 'Yến', 'ana'][index % 3]!),
    accounts: index => administrator(`/accounts?search=${['nguyen', 's0012', 'zzz', 'Yến'][index % 4]!}`),
  })
}

export const measureGaps = (
  { manager }: Callers,
  { people, unitIds, halfYearId, frameworkId, roleIds }: Seen,
  clock: Clock,
): Promise<BenchRow[]> =>
  timePages('gaps', clock, {
    'of a person': index => {
      const person = at(people, index)
      return manager(`/people/${person.id}/gaps?halfYearId=${halfYearId}&roleId=${roleIds.get(person.roleCode)}`)
    },
    'of a person, as a plan would take them on': index => {
      const person = at(people, index)
      return manager(`/people/${person.id}/plan-proposal?halfYearId=${halfYearId}&targetRoleId=${roleIds.get(person.roleCode)}`)
    },
    'of a unit': index => manager(`/units/${at(unitIds, index)}/gaps?halfYearId=${halfYearId}&frameworkId=${frameworkId}`),
    'of the organisation: who is nearest to a role': index => manager(`/roles/${at([...roleIds.values()], index)}/nearest?level=3`),
  })

export const measureHeatMaps = ({ manager }: Callers, { unitIds, frameworkId }: Seen, clock: Clock): Promise<BenchRow[]> =>
  timePages('heatmap', clock, {
    'roles of the organisation': () => manager('/heat-maps/role-unit?limit=200'),
    'roles below a unit': index => manager(`/heat-maps/role-unit?withinUnitId=${unitIds[1 + (index % 9)]}`),
    'people of the whole tree': () => manager(`/heat-maps/person-role?unitId=${unitIds[0]}&frameworkId=${frameworkId}`),
    'people of a unit': index => manager(`/heat-maps/person-role?unitId=${at(unitIds, index)}&frameworkId=${frameworkId}`),
  })
