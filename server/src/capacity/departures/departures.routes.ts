import type { Mount } from '#platform/http/mount.ts'
import * as api from './departures.api.ts'
import { getDepartures, recordDeparture, withdrawDeparture } from './departures.ts'

export function mountDepartures(mount: Mount): void {
  mount(api.getDepartures, (work, { params, query }) => getDepartures(work, params.personId, query))
  mount(api.recordDeparture, (work, { params, body }) => recordDeparture(work, params.personId, body))
  mount(api.withdrawDeparture, (work, { params, ifMatch }) => withdrawDeparture(work, params.departureId, ifMatch))
}
