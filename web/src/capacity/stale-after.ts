import { getAssessmentSheet, listPersonGaps, listUnitGaps } from 'luytre/capacity/assessments/assessments.api.ts'
import { getPlan, listPlans } from 'luytre/capacity/development-plans/development-plans.api.ts'
import { getPlanVersion, listPlanVersions } from 'luytre/capacity/development-plans/plan-versions.api.ts'
import { getPersonRoleMap, getRoleUnitMap } from 'luytre/capacity/needs/heat-maps.api.ts'
import { getStaffingNeed, listNearest, listStaffingNeeds, listSuggestedNeeds } from 'luytre/capacity/needs/needs.api.ts'
import { getPerson, listPeople, listUnits } from 'luytre/capacity/people/people.api.ts'
import { getUnitHistory, listUnitEvents, previewUnitEnding } from 'luytre/capacity/people/unit-events.api.ts'

// What is asked again after a change, by what was changed: whoever adds a page that shows it adds its endpoint here.

const needs = [listStaffingNeeds, getStaffingNeed, listSuggestedNeeds, listNearest, getRoleUnitMap, getPersonRoleMap]

export const staleAfterNeedChange = needs

/** Also after a rating was said, agreed or contested. */
export const staleAfterRatings = [listPersonGaps, listUnitGaps, ...needs]

/** The plan itself comes with the answer; its versions do not. */
export const staleAfterPlanChange = [listPlans, listPlanVersions, getPlanVersion]

/** People and units stand in each other and in everything about them: posts, supervisors, what a unit has and needs. */
export const staleAfterPeopleChange = [
  listPeople,
  getPerson,
  listUnits,
  getUnitHistory,
  listUnitEvents,
  previewUnitEnding,
  getAssessmentSheet,
  listPlans,
  getPlan,
  ...staleAfterRatings,
]
