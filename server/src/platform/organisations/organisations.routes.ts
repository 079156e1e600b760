import type { Mount } from '#platform/http/mount.ts'
import {
  correctOrganisation,
  getOrganisationOverTime,
  recordOrganisationChange,
  withdrawOrganisationChange,
} from './organisation-changes.ts'
import * as api from './organisations.api.ts'

export function mountOrganisations(mount: Mount): void {
  mount(api.getOrganisation, work => getOrganisationOverTime(work))
  mount(api.recordOrganisationChange, (work, { body, ifMatch }) => recordOrganisationChange(work, ifMatch, body))
  mount(api.correctOrganisation, (work, { params, body, ifMatch }) => correctOrganisation(work, params.stateId, ifMatch, body))
  mount(api.withdrawOrganisationChange, (work, { params, ifMatch }) => withdrawOrganisationChange(work, params.stateId, ifMatch))
}
