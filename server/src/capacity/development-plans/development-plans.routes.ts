import type { Mount } from '#platform/http/mount.ts'
import * as api from './development-plans.api.ts'
import { agreePlanAsPerson, agreePlanAsSupervisor, changePlan, previewPlan, proposePlan, renewPlan } from './development-plans.ts'
import { listPlans } from './list-plans.ts'
import { getPlanDocument } from './plan-document.ts'
import { getPlan } from './plan-view.ts'

export function mountDevelopmentPlans(mount: Mount): void {
  mount(api.listPlans, (work, { query }) => listPlans(work, query))
  mount(api.getPlan, (work, { params }) => getPlan(work, params.planId))
  mount(api.previewPlan, (work, { params, query }) => previewPlan(work, params.personId, query))
  mount(api.proposePlan, (work, { params, body }) => proposePlan(work, params.personId, body))
  mount(api.changePlan, (work, { params, body, ifMatch }) => changePlan(work, params.planId, ifMatch, body))
  mount(api.renewPlan, (work, { params, body, ifMatch }) => renewPlan(work, params.planId, ifMatch, body))
  mount(api.agreePlanAsPerson, (work, { params, ifMatch }) => agreePlanAsPerson(work, params.planId, ifMatch))
  mount(api.agreePlanAsSupervisor, (work, { params, ifMatch }) => agreePlanAsSupervisor(work, params.planId, ifMatch))
  mount(api.getPlanDocument, (work, { params, query }) => getPlanDocument(work, params.planId, query))
}
