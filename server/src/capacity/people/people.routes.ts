import type { Connection } from '#platform/database/connection.ts'
import type { Mount } from '#platform/http/mount.ts'
import type { Log } from '#platform/telemetry/telemetry.ts'
import * as api from './people.api.ts'
import { changePerson, createPerson, getPerson, listPeople } from './people.ts'
import { applyRoster, beginRoster, getRosterPreview, getRosterTemplate, listRosterRows, previewRoster } from './roster-import.ts'
import { createRosterReader, readRosterFile } from './roster-reading.ts'
import type { RosterFile } from './roster-reading.ts'
import * as unitEvents from './unit-events.api.ts'
import { getUnitHistory, listUnitEvents, previewUnitEnding, recordUnitEvent, renameOrMoveUnit } from './unit-events.ts'
import { cancelUnitEvent } from './unit-event-undo.ts'
import type { NeedsOfUnits } from './unit-needs.ts'
import { changeUnit, createUnit, listUnits } from './units.ts'

export function mountPeople(mount: Mount, { connection, log, needs }: { connection: Connection; log: Log; needs: NeedsOfUnits }): void {
  const reader = createRosterReader(connection, log)
  mount(api.listUnits, async (work, { query }) => ({ units: await listUnits(work, query) }))
  mount(api.createUnit, (work, { body }) => createUnit(work, body))
  mount(api.changeUnit, (work, { params, body, ifMatch }) => changeUnit(work, params.unitId, ifMatch, body))
  mount(unitEvents.getUnitHistory, (work, { params }) => getUnitHistory(work, params.unitId))
  mount(unitEvents.listUnitEvents, (work, { query }) => listUnitEvents(work, query))
  mount(unitEvents.renameOrMoveUnit, (work, { params, body, ifMatch }) => renameOrMoveUnit(work, params.unitId, ifMatch, body))
  mount(unitEvents.previewUnitEnding, (work, { body }) => previewUnitEnding(work, body, needs))
  mount(unitEvents.recordUnitEvent, (work, { body }) => recordUnitEvent(work, body, needs))
  mount(unitEvents.cancelUnitEvent, async (work, { params }) => {
    await cancelUnitEvent(work, params.eventId)
    return undefined
  })
  mount(api.listPeople, (work, { query }) => listPeople(work, query))
  mount(api.getPerson, (work, { params }) => getPerson(work, params.personId))
  mount(api.createPerson, (work, { body }) => createPerson(work, body))
  mount(api.changePerson, (work, { params, body, ifMatch }) => changePerson(work, params.personId, ifMatch, body))
  mount(
    api.previewRoster,
    async (work, _args, file: RosterFile) => (file.isLarge ? beginRoster(work, file, { connection, reader }) : previewRoster(work, file)),
    ({ upload }) => readRosterFile(upload),
  )
  mount(api.getRosterPreview, (work, { params }) => getRosterPreview(work, params.previewId))
  mount(api.listRosterRows, (work, { params, query }) => listRosterRows(work, params.previewId, query))
  mount(api.applyRoster, (work, { params, body, ifMatch }) => applyRoster(work, params.previewId, ifMatch, body.leaveOut, connection))
  mount(api.getRosterTemplate, async (_work, { query }) => getRosterTemplate(query.language))
}
