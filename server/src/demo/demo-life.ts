import * as assessments from '#capacity/assessments/assessments.ts'
import { answerContest, contestRating } from '#capacity/assessments/contests.ts'
import type { AssessmentSheet } from '#capacity/assessments/assessments.api.ts'
import type { EndpointBody } from '#platform/http/endpoint.ts'
import type { changePlan, Plan } from '#capacity/development-plans/development-plans.api.ts'
import * as plans from '#capacity/development-plans/development-plans.ts'
import type { Work } from '#platform/database/work.ts'
import { demoDuties, demoPillar, demoReasons, leadOf } from './demo-people.ts'
import type { DemoPerson } from './demo-people.ts'

// Three half-years in the life of the invented authority, as a list of what somebody does at some instant: the first round
// reaches a part of the people, the second nearly all, the third is under way. Nothing is left to chance, so that every
// installation shows the same; dates hang on the day of the first start, so that it never looks old.

export interface DemoHalfYear {
  id: string
  from: Date
  /** The end, or now for the current one. */
  to: Date
  /** 0 the first round, 1 the second, 2 the current one. */
  round: number
}

export interface DemoWorld {
  halfYears: readonly DemoHalfYear[]
  people: readonly (DemoPerson & { id: string; hasAccount: boolean })[]
  roles: ReadonlyMap<string, { id: string; needs: readonly { elementId: string; level: number; topLevel: number }[] }>
  /** Acts as the person with this staff code. */
  as(work: Work, code: string): Work
  asManager(work: Work): Work
  /** Plans made so far, by person and half-year, in the version that stands. */
  plans: Map<string, { id: string; version: number }>
}

export interface DemoEvent {
  at: Date
  /** Belongs to what the first page shows. */
  isFirst?: boolean
  does(work: Work): Promise<unknown>
}

/** Who learns from the pillar. */
const mentoredRoles = new Set(['FORENSIC-ENGINEER', 'INVESTIGATOR', 'INCIDENT-HANDLER'])

/** Whom the first steps of the documents meet: the plan waits for the supervisor. */
const firstPerson = 'A004'

/** How far a person's round went. */
type Stage = 'nothing' | 'self' | 'both' | 'levels' | 'proposed' | 'half-agreed' | 'agreed'
const stages: readonly Stage[] = ['nothing', 'self', 'both', 'levels', 'proposed', 'half-agreed', 'agreed']

/** The round of the person at `index`: of each ten people so many came so far. */
const rounds: readonly (readonly Stage[])[] = [
  ['agreed', 'nothing', 'nothing', 'agreed', 'nothing', 'levels', 'nothing', 'nothing', 'nothing', 'nothing'],
  ['agreed', 'agreed', 'agreed', 'half-agreed', 'agreed', 'agreed', 'agreed', 'agreed', 'proposed', 'agreed'],
  ['agreed', 'half-agreed', 'proposed', 'agreed', 'levels', 'agreed', 'both', 'self', 'agreed', 'nothing'],
]

/** A number that looks thrown, from 0 to 999, and is the same on every installation. */
function thrown(...parts: readonly number[]): number {
  let hash = 2_166_136_261
  for (const part of parts) hash = Math.imul(hash ^ (part + 1), 16_777_619) ^ (hash >>> 13)
  return (hash >>> 0) % 1000
}

/** Where somebody stands in a competency: those who began late or work alone lack more, and each round closes some of it. */
function levelOf(person: DemoPerson, index: number, item: number, need: { level: number; topLevel: number }, round: number): number {
  if (person.code === demoPillar) return need.topLevel
  const isScarce = ['FORENSIC-ENGINEER', 'INVESTIGATOR', 'RESEARCHER', 'TRIAGE'].includes(person.role)
  // Some have grown into their role altogether, more of them each round.
  if (thrown(index, 77) < (isScarce ? 80 : 340) + 120 * round)
    return Math.min(need.topLevel, need.level + (thrown(item, index, 5) < 200 ? 1 : 0))
  const lacks = [0, 0, 1, 1, 2][Math.floor(thrown(index, item) / 200)]! + (isScarce && thrown(item, index) < 600 ? 1 : 0)
  const closed = thrown(index, item, 7) < 350 * round ? 1 : 0
  return Math.max(0, Math.min(need.topLevel, need.level - Math.max(0, lacks - closed)))
}

const sentence = (list: readonly string[], ...parts: readonly number[]): string => list[thrown(...parts) % list.length]!

/** Everything that happens, in order of time. `extra` events of the caller are sorted in. */
export function demoEvents(world: DemoWorld, extra: readonly DemoEvent[] = []): DemoEvent[] {
  const events: DemoEvent[] = [...extra]
  for (const halfYear of world.halfYears)
    world.people.forEach((person, index) => {
      const lead = world.people.find(({ code }) => code === leadOf(person, halfYear.round))
      if (!person.hasAccount || !lead?.hasAccount) return
      const stage =
        person.code === firstPerson && halfYear.round === 2
          ? 'half-agreed'
          : person.code === demoPillar
            ? 'agreed'
            : rounds[halfYear.round]![(index * 3) % 10]!
      events.push(...roundOf(world, halfYear, person, index, stage))
    })
  return events.toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

function roundOf(world: DemoWorld, halfYear: DemoHalfYear, person: DemoWorld['people'][number], index: number, stage: Stage): DemoEvent[] {
  const { round } = halfYear
  const reached = stages.indexOf(stage)
  const role = world.roles.get(person.role)
  if (!role || reached === 0) return []
  const span = halfYear.to.getTime() - halfYear.from.getTime()
  // The work of a round is done in its first two thirds; a current half-year that has just begun is short.
  const at = (step: number): Date =>
    new Date(halfYear.from.getTime() + span * (0.08 + 0.09 * step + (0.07 * thrown(index, step, round)) / 1000))
  const self = (work: Work): Work => world.as(work, person.code)
  const lead = leadOf(person, round)!
  const supervisor = (work: Work): Work => world.as(work, lead)
  const key = { halfYearId: halfYear.id, roleId: role.id }
  const planKey = `${person.code} ${round}`
  const ratings = (shift: (level: number, item: number) => number, reasons: readonly string[], salt: number) => ({
    ...key,
    baseVersion: 0,
    submit: true,
    ratings: role.needs.map((need, item) => ({
      elementId: need.elementId,
      level: Math.max(0, Math.min(need.topLevel, shift(levelOf(person, index, item, need, round), item))),
      reason: sentence(reasons, index, item, round, salt),
    })),
  })
  const steps: DemoEvent['does'][] = [
    // People think a little better, or worse, of themselves than what is agreed in the end.
    work =>
      assessments.saveSelfAssessment(
        self(work),
        person.id,
        ratings(
          (level, item) => level + (thrown(index, item, 3) < 250 ? 1 : 0) - (thrown(index, item, 4) < 120 ? 1 : 0),
          demoReasons.self,
          1,
        ),
      ),
    work =>
      assessments.saveSupervisorAssessment(
        supervisor(work),
        person.id,
        ratings((level, item) => level - (thrown(index, item, 5) < 180 ? 1 : 0), demoReasons.supervisor, 2),
      ),
    async work => {
      const sheet = await assessments.saveAgreedAssessment(
        supervisor(work),
        person.id,
        ratings(level => level, demoReasons.agreed, 3),
      )
      if (index % 29 === 4) await contest(self(work), supervisor(work), person.id, sheet, round < 2)
    },
    work => proposeFor(world, supervisor(work), person, key, planKey),
    work => agree(world, plans.agreePlanAsPerson, self(work), planKey),
    work => agree(world, plans.agreePlanAsSupervisor, supervisor(work), planKey),
  ]
  const isFirst = person.code === firstPerson && round === 2
  return steps.slice(0, reached).map((does, step) => ({ at: at(step), does, isFirst }))
}

/** The person contests a line that was agreed; it is answered, or waits. */
async function contest(self: Work, supervisor: Work, personId: string, sheet: AssessmentSheet, isAnswered: boolean): Promise<void> {
  const rating = sheet.agreed?.ratings[1]
  if (!rating) return
  const contested = await contestRating(self, personId, rating.id, {
    reason: 'Trong quý vừa rồi đã chủ trì hai vụ việc loại này; hồ sơ vụ việc còn lưu tại phòng.',
  })
  if (isAnswered && contested.contest)
    await answerContest(supervisor, personId, contested.contest.id, contested.contest.version, {
      answer: 'Đã xem lại hồ sơ: hai vụ việc có đồng nghiệp hỗ trợ chính. Giữ mức đã thống nhất, sẽ xem lại ở kỳ sau.',
    })
}

async function proposeFor(
  world: DemoWorld,
  supervisor: Work,
  person: DemoWorld['people'][number],
  { halfYearId, roleId }: { halfYearId: string; roleId: string },
  planKey: string,
): Promise<void> {
  const proposed = await plans.proposePlan(supervisor, person.id, {
    halfYearId,
    targetRoleId: roleId,
    currentRoleId: roleId,
    duties: demoDuties,
    language: 'vi',
  })
  const pillar = world.people.find(({ code }) => code === demoPillar)!
  // A mentor of another team is named by the capacity manager.
  const hasMentor = mentoredRoles.has(person.role) && pillar.id !== person.id
  const change = proposed.actions.length === 0 ? teaching(proposed) : hasMentor ? mentored(proposed, pillar) : undefined
  const { id, version } = change ? await plans.changePlan(world.asManager(supervisor), proposed.id, proposed.version, change) : proposed
  world.plans.set(planKey, { id, version })
}

async function agree(world: DemoWorld, agreePlan: typeof plans.agreePlanAsPerson, work: Work, planKey: string): Promise<void> {
  const { id, version } = world.plans.get(planKey)!
  world.plans.set(planKey, { id, version: (await agreePlan(work, id, version)).version })
}

/** Who lacks nothing hands on what they know. */
const teaching = ({ duties, halfYear: { startsOn, endsOn } }: Plan): EndpointBody<typeof changePlan> => ({
  duties,
  chosenGapIds: [],
  actions: [{ gapId: null, title: 'Hướng dẫn nghiệp vụ cho đồng nghiệp trong đơn vị', kind: 'on-the-job', startsOn, dueOn: endsOn }],
})

/** The plan's first action becomes mentoring by the one whom everybody asks. */
function mentored(plan: Plan, { id: mentorId, name }: { id: string; name: string }): EndpointBody<typeof changePlan> {
  return {
    duties: plan.duties,
    chosenGapIds: plan.gaps.filter(gap => gap.isChosen).map(gap => gap.id),
    actions: plan.actions.map(({ id, gapId, title, startsOn, dueOn, kind }, index) =>
      index === 0
        ? { id, gapId, title, startsOn, dueOn, kind: 'mentoring', details: { mentorId, mentorName: name, rhythm: 'Hai tuần một buổi' } }
        : { id, gapId, title, startsOn, dueOn, kind },
    ) as EndpointBody<typeof changePlan>['actions'],
  }
}
