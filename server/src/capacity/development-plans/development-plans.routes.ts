import type { FileStore } from '#platform/files/files.ts'
import type { Mount } from '#platform/http/mount.ts'
import * as api from './development-plans.api.ts'
import { agreePlanAsPerson, agreePlanAsSupervisor, changePlan, previewPlan, proposePlan, renewPlan } from './development-plans.ts'
import { listPlans } from './list-plans.ts'
import { getPlanDocument } from './plan-document.ts'
import * as versions from './plan-versions.api.ts'
import { attachSignedPlan, comparePlanVersions, getPlanVersion, getSignedPlan, listPlanVersions, readNumber } from './plan-versions.ts'
import { getPlan } from './plan-view.ts'
import { countUnitPlans, getUnitPlansDocument } from './unit-plans.ts'

export function mountDevelopmentPlans(mount: Mount, files: FileStore): void {
  mount(api.listPlans, (work, { query }) => listPlans(work, query))
  mount(api.getPlan, (work, { params }) => getPlan(work, params.planId))
  mount(api.previewPlan, (work, { params, query }) => previewPlan(work, params.personId, query))
  mount(api.proposePlan, (work, { params, body }) => proposePlan(work, params.personId, body))
  mount(api.changePlan, (work, { params, body, ifMatch }) => changePlan(work, params.planId, ifMatch, body))
  mount(api.renewPlan, (work, { params, body, ifMatch }) => renewPlan(work, params.planId, ifMatch, body))
  mount(api.agreePlanAsPerson, (work, { params, ifMatch }) => agreePlanAsPerson(work, params.planId, ifMatch))
  mount(api.agreePlanAsSupervisor, (work, { params, ifMatch }) => agreePlanAsSupervisor(work, params.planId, ifMatch))
  mount(api.getPlanDocument, (work, { params, query }) => getPlanDocument(work, params.planId, query))
  mount(versions.listPlanVersions, (work, { params }) => listPlanVersions(work, params.planId))
  mount(versions.getPlanVersion, (work, { params }) => getPlanVersion(work, params.planId, readNumber(params.number)))
  mount(versions.comparePlanVersions, (work, { params, query }) => comparePlanVersions(work, params.planId, query))
  mount(versions.attachSignedPlan, (work, args) => attachSignedPlan(work, args, files))
  mount(versions.getSignedPlan, (work, { params }) => getSignedPlan(work, params.planId, readNumber(params.number), files))
  mount(versions.countUnitPlans, (work, { params, query }) => countUnitPlans(work, params.unitId, query))
  mount(versions.getUnitPlansDocument, (work, { params, query }) => getUnitPlansDocument(work, params.unitId, query))
}
