import type { Mount } from '#platform/http/mount.ts'
import * as api from './mail.api.ts'
import * as mail from './mail.ts'

export function mountMail(mount: Mount, { sendsMail }: { sendsMail: boolean }): void {
  mount(api.listMails, (work, { query }) => mail.listMails(work, query, sendsMail))
  mount(api.getMail, (work, { params }) => mail.getMail(work, params.mailId))
  mount(api.retryMail, (work, { params, ifMatch }) => mail.retryMail(work, params.mailId, ifMatch))
}
