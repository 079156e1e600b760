import { countStandings, findCurrentHalfYear, listPersonGaps, listStandings } from '#capacity/assessments/assessments.ts'
import type { Standing } from '#capacity/assessments/assessments.ts'
import { countPlanStates, listNextActions, listPlansOfPeople } from '#capacity/development-plans/development-plans.ts'
import { hasFrameworks, listRolesByCode } from '#capacity/frameworks/frameworks.ts'
import { listStaffingNeeds } from '#capacity/needs/needs.ts'
import { countPeopleInPost, getPersonSummary, listPeopleById, listWhatIsThere } from '#capacity/people/people.ts'
import type { Work } from '#platform/database/work.ts'
import type { Returned } from '#platform/http/endpoint.ts'
import { listAccounts } from '#platform/identity/accounts.ts'
import { getToday } from '#platform/organisations/organisations.ts'
import { mayReach, reachOf } from '#platform/permissions/reach.ts'
import { scopeOf } from '#platform/permissions/permissions.ts'
import { maxOverdue } from './my-work.api.ts'
import type * as api from './my-work.api.ts'

// What waits for whom. Nothing here decides anything: each block asks the modules and says what they answer in few words.

type Answer<E> = Exclude<Returned<E>, undefined>
type OwnWork = NonNullable<Answer<typeof api.getOwnWork>['own']>

/** Lines of one block. */
const maxShown = 3

export async function getOwnWork(work: Work): Promise<Answer<typeof api.getOwnWork>> {
  const { personId } = work.actor
  if (personId === null) return { own: null }
  const person = await getPersonSummary(work, personId)
  const halfYear = (await findCurrentHalfYear(work)) ?? null
  const [found] = person.roleCode === null ? [] : await listRolesByCode(work, [person.roleCode])
  const role = found ? { id: found.role.id, name: found.role.name } : null
  const standing = halfYear && (await listStandings(work, halfYear.id, [personId])).get(personId)
  return {
    own: {
      personId,
      halfYear: shownHalfYear(halfYear),
      role,
      assessment: !standing ? 'none' : standing.agreed === 'submitted' ? 'agreed' : standing.self,
      openContests: standing?.openContests ?? 0,
      gaps: halfYear && role && mayReach(work, 'gap.read', personId) ? await firstGaps(work, personId, halfYear.id, role.id) : null,
      plan: halfYear && mayReach(work, 'plan.read', personId) ? await ownPlan(work, personId, halfYear.id) : null,
    },
  }
}

async function firstGaps(work: Work, personId: string, halfYearId: string, roleId: string): Promise<OwnWork['gaps']> {
  const { gaps, met, total } = await listPersonGaps(work, personId, { halfYearId, roleId })
  const first = gaps.slice(0, maxShown).map(({ element, have, need }) => ({ elementId: element.id, name: element.name, have, need }))
  return { met, total, first }
}

async function ownPlan(work: Work, personId: string, halfYearId: string): Promise<OwnWork['plan']> {
  const plan = (await listPlansOfPeople(work, [personId], 10)).find(one => one.halfYearId === halfYearId)
  if (!plan) return null
  return {
    id: plan.id,
    status: plan.status,
    waitsForMe: !plan.isAgreedByPerson && plan.hasActions,
    targetRoleName: plan.targetRoleName,
    next: await listNextActions(work, plan.id, await getToday(work), maxShown),
  }
}

// The team ---------------------------------------------------------------------------

/** People under one supervisor whom the page names. */
const maxTeam = 500

export async function getTeamWork(work: Work): Promise<Answer<typeof api.getTeamWork>> {
  const today = await getToday(work)
  const halfYear = (await findCurrentHalfYear(work)) ?? null
  const people = await listPeopleById(work, work.actor.reportIds.slice(0, maxTeam))
  const ids = people.map(person => person.id)
  if (!halfYear) return { halfYear, team: people.map(person => ({ person, tasks: [], isAgreed: false, plan: null, isOverdue: false })) }
  const standings = await listStandings(work, halfYear.id, ids)
  const plans = (await listPlansOfPeople(work, ids, maxTeam * 4)).filter(plan => plan.halfYearId === halfYear.id)
  const planOf = new Map(plans.map(plan => [plan.person.id, plan]))
  const team = people.map(person => {
    const plan = planOf.get(person.id)
    const standing = standings.get(person.id)!
    const isOverdue = plan !== undefined && plan.status !== 'agreed' && plan.firstStartsOn !== null && plan.firstStartsOn < today
    return {
      person,
      tasks: tasksFor(standing, plan && { isAgreeable: plan.hasActions && !plan.isAgreedBySupervisor }),
      isAgreed: standing.agreed === 'submitted',
      plan: plan ? { id: plan.id, status: plan.status } : null,
      isOverdue,
    }
  })
  // Stable: by name among those of whom as much waits.
  const urgency = (one: (typeof team)[number]): number => (one.isOverdue ? 0 : one.tasks.length > 0 ? 1 : 2)
  return { halfYear: shownHalfYear(halfYear), team: team.sort((a, b) => urgency(a) - urgency(b)) }
}

function tasksFor(standing: Standing, plan: { isAgreeable: boolean } | undefined): api.TeamTask[] {
  const bothRated = standing.self === 'submitted' && standing.supervisor === 'submitted'
  const isAgreed = standing.agreed === 'submitted'
  const tasks: [api.TeamTask, boolean][] = [
    ['answer-contest', standing.openContests > 0],
    ['agree-plan', plan?.isAgreeable === true],
    ['agree-levels', bothRated && !isAgreed],
    ['assess', standing.supervisor !== 'submitted' && !isAgreed],
    ['propose-plan', isAgreed && !plan],
  ]
  return tasks.flatMap(([task, waits]) => (waits ? [task] : []))
}

// The organisation -------------------------------------------------------------------

export async function getProgress(work: Work): Promise<Answer<typeof api.getProgress>> {
  const today = await getToday(work)
  const halfYear = (await findCurrentHalfYear(work)) ?? null
  const people = await countPeopleInPost(work, today, reachOf(work, 'assessment.read'))
  const none = { self: 0, supervisor: 0, agreed: 0 }
  const rated = halfYear ? await countStandings(work, halfYear.id) : none
  const plans = halfYear ? await countPlanStates(work, halfYear.id, today, maxOverdue) : { all: 0, agreed: 0, overdue: 0 }
  return {
    halfYear: shownHalfYear(halfYear),
    people,
    selfAssessed: rated.self,
    supervisorAssessed: rated.supervisor,
    agreed: rated.agreed,
    plans: plans.all,
    plansAgreed: plans.agreed,
    plansOverdue: plans.overdue,
  }
}

export async function getShortRoles(work: Work): Promise<Answer<typeof api.getShortRoles>> {
  const { needs, today } = await listStaffingNeeds(work)
  const short = needs.filter(need => need.short > 0)
  const first = short.slice(0, 5).map(({ id, role, unit, people, ready, dueOn }) => ({
    id,
    roleName: role.name,
    unitName: unit?.name ?? null,
    people,
    ready,
    dueOn,
    isOverdue: dueOn < today,
  }))
  return { needs: needs.length, short: short.length, first }
}

export async function getFirstSteps(work: Work): Promise<Answer<typeof api.getFirstSteps>> {
  const { units, people } = await listWhatIsThere(work)
  const seesAccounts = scopeOf('account.read', work.actor.roles) !== undefined
  const accounts = seesAccounts ? (await listAccounts(work, { limit: 2 })).accounts.length > 1 : null
  return { units, frameworks: await hasFrameworks(work), people, accounts }
}

const shownHalfYear = (halfYear: { id: string; code: string; endsOn: string } | null) =>
  halfYear && { id: halfYear.id, code: halfYear.code, endsOn: halfYear.endsOn }
