import type { Mount } from '#platform/http/mount.ts'
import * as api from './my-work.api.ts'
import { getFirstSteps, getOwnWork, getProgress, getShortRoles, getTeamWork } from './my-work.ts'

export function mountMyWork(mount: Mount): void {
  mount(api.getOwnWork, work => getOwnWork(work))
  mount(api.getTeamWork, work => getTeamWork(work))
  mount(api.getProgress, work => getProgress(work))
  mount(api.getShortRoles, work => getShortRoles(work))
  mount(api.getFirstSteps, work => getFirstSteps(work))
}
