import { mountBackup } from '#platform/backup/backup.routes.ts'
import type { BackupPlan } from '#platform/backup/scheduled-backups.ts'
import type { Connection } from '#platform/database/connection.ts'
import type { FileStore } from '#platform/files/files.ts'
import type { HttpServer } from '#platform/http/server.ts'
import type { Log, Metrics } from '#platform/telemetry/telemetry.ts'
import { mountIdentity } from '#platform/identity/identity.routes.ts'
import { mountLedger } from '#platform/ledger/ledger.routes.ts'
import { mountNotifications } from '#platform/notifications/notifications.routes.ts'
import { mountMail } from '#platform/mail/mail.routes.ts'
import { mountOrganisations } from '#platform/organisations/organisations.routes.ts'
import { mountDepartures } from '#capacity/departures/departures.routes.ts'
import { mountAssessments } from '#capacity/assessments/assessments.routes.ts'
import { mountDevelopmentPlans } from '#capacity/development-plans/development-plans.routes.ts'
import { mountFrameworks } from '#capacity/frameworks/frameworks.routes.ts'
import { needsOfUnits } from '#capacity/needs/needs.ts'
import { mountNeeds } from '#capacity/needs/needs.routes.ts'
import { mountMyWork } from '#capacity/my-work/my-work.routes.ts'
import { mountSearch } from '#capacity/search/search.routes.ts'
import { mountPeople } from '#capacity/people/people.routes.ts'
import { noticeRules } from './notice-rules.ts'

/** Every module's endpoints, in the order of the menu. A new module adds its line here. */
export function mountAreas(
  { mount, mountOpen }: Pick<HttpServer, 'mount' | 'mountOpen'>,
  to: {
    connection: Connection
    publicUrl: () => string
    metrics: Metrics
    sendsMail: boolean
    files: FileStore
    backups?: BackupPlan | undefined
    log: Log
  },
): void {
  mountIdentity(mount, mountOpen, to)
  mountNotifications(mount, noticeRules)
  mountOrganisations(mount)
  mountMail(mount, to)
  mountLedger(mount)
  mountBackup(mount, to.backups)
  mountFrameworks(mount)
  mountPeople(mount, { ...to, needs: needsOfUnits })
  mountAssessments(mount)
  mountNeeds(mount)
  mountDevelopmentPlans(mount, to.files)
  mountDepartures(mount)
  mountSearch(mount)
  mountMyWork(mount)
}
