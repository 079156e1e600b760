import type { Mount } from '#platform/http/mount.ts'
import { getPersonRoleFile, getRoleUnitFile } from './heat-map-files.ts'
import * as heatMaps from './heat-maps.api.ts'
import { getPersonRoleMap, getRoleUnitMap } from './heat-maps.ts'
import { listNearest } from './nearest.ts'
import * as api from './needs.api.ts'
import { changeStaffingNeed, createStaffingNeed, endStaffingNeed, getStaffingNeed, listStaffingNeeds } from './needs.ts'
import { createSuggestedNeeds, listSuggestedNeeds } from './suggestions.ts'

export function mountNeeds(mount: Mount): void {
  mount(api.listStaffingNeeds, work => listStaffingNeeds(work))
  mount(api.getStaffingNeed, (work, { params }) => getStaffingNeed(work, params.needId))
  mount(api.createStaffingNeed, (work, { body }) => createStaffingNeed(work, body))
  mount(api.changeStaffingNeed, (work, { params, body, ifMatch }) => changeStaffingNeed(work, params.needId, ifMatch, body))
  mount(api.endStaffingNeed, (work, { params, ifMatch }) => endStaffingNeed(work, params.needId, ifMatch))
  mount(api.listSuggestedNeeds, work => listSuggestedNeeds(work))
  mount(api.createSuggestedNeeds, (work, { body }) => createSuggestedNeeds(work, body))
  mount(api.listNearest, (work, { params, query }) => listNearest(work, params.roleId, query))
  mount(heatMaps.getRoleUnitMap, (work, { query }) => getRoleUnitMap(work, query))
  mount(heatMaps.getPersonRoleMap, (work, { query }) => getPersonRoleMap(work, query))
  mount(heatMaps.getRoleUnitFile, (work, { query }) => getRoleUnitFile(work, query))
  mount(heatMaps.getPersonRoleFile, (work, { query }) => getPersonRoleFile(work, query))
}
