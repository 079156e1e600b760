import type { Connection } from '#platform/database/connection.ts'
import type { Mount, MountOpen } from '#platform/http/mount.ts'
import type { Metrics } from '#platform/telemetry/telemetry.ts'
import * as api from './identity.api.ts'
import * as accounts from './accounts.ts'
import * as identity from './identity.ts'
import * as mailed from './mailed-links.ts'

export function mountIdentity(
  mount: Mount,
  mountOpen: MountOpen,
  { connection, publicUrl, metrics, sendsMail }: { connection: Connection; publicUrl: () => string; metrics: Metrics; sendsMail: boolean },
): void {
  mountOpen(api.getMe, async ({ inOwnWork }) => ({
    me: inOwnWork ? await inOwnWork(identity.describeMe) : null,
    setup: await identity.findSetupState(connection),
  }))
  mountOpen(api.signIn, async ({ caller, session }, { body }) => {
    const { token } = await identity.signIn(connection, body, caller, outcome => metrics.signIns.inc({ outcome }))
    return session.open(token)
  })
  mountOpen(api.setUp, async ({ caller, session }, { body }) => session.open((await identity.setUp(connection, body, caller)).token))
  mountOpen(api.setPassword, async ({ caller, session }, { body }) =>
    session.open((await identity.setPasswordByLink(connection, body, caller)).token),
  )
  mountOpen(api.signOut, async ({ caller, session }) => {
    await identity.signOut(connection, session.actor(), session.token(), caller.now)
    session.close()
    return undefined
  })
  mountOpen(api.changeMyPassword, async ({ caller, session }, { body }) =>
    session.open((await identity.changeMyPassword(connection, session.actor(), body, caller)).token),
  )
  mount(api.changeMyLanguage, (work, { body }) => identity.changeMyLanguage(work, body.language))
  mount(api.listAccounts, (work, { query }) => accounts.listAccounts(work, query))
  mount(api.countAccounts, work => accounts.countAccounts(work))
  mount(api.createAccount, (work, { body: { handOver, ...input } }) =>
    handOver === 'mail' ? mailed.createAndInvite(work, input, publicUrl()) : accounts.createAccount(work, input, publicUrl()),
  )
  mountOpen(api.getPasswordReset, async () => ({ mail: await mailed.findMailState(connection, sendsMail) }))
  mountOpen(api.requestPasswordReset, async ({ caller }, { body }) => {
    await mailed.requestPasswordReset(connection, body.email, caller, publicUrl())
    return undefined
  })
  mount(api.mailAccountLink, (work, { params, ifMatch }) => mailed.mailAccountLink(work, params.accountId, ifMatch, publicUrl()))
  mount(api.changeAccount, (work, { params, body, ifMatch }) => accounts.changeAccount(work, params.accountId, ifMatch, body))
  mount(api.renewAccountLink, (work, { params, ifMatch }) => accounts.renewAccountLink(work, params.accountId, ifMatch, publicUrl()))
}
