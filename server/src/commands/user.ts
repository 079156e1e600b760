import { createAdministrator } from '#platform/identity/identity.ts'
import { invalid } from '#platform/http/problem.ts'
import { language } from '#platform/i18n/translated.ts'
import { optionText } from './command.ts'
import type { Command } from './command.ts'
import { withConnection } from './stores-at-work.ts'

export const createAdmin: Command = {
  name: ['user', 'create-admin'],
  usage: 'user create-admin EMAIL',
  summary: 'Makes another administrator and prints a link for the first password (24 hours, once).',
  positionals: ['EMAIL'],
  options: {
    name: { type: 'string', help: 'Name to show; the address if missing.' },
    language: { type: 'string', help: 'vi, en or ja; vi if missing.' },
  },
  async run(call) {
    const [email = ''] = call.positionals
    if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw invalid({ path: 'email', code: 'invalid-email' })
    const wanted = language.safeParse(optionText(call, 'language') ?? 'vi')
    if (!wanted.success) throw invalid({ path: 'language', code: 'unknown' })
    const publicUrl = call.config.publicUrl ?? `http://localhost:${call.config.port}`
    const { account, link } = await withConnection(call, connection =>
      createAdministrator(connection, { email, name: optionText(call, 'name') ?? email, language: wanted.data }, publicUrl),
    )
    call.say(`${account.email} sets a password here:\n${link}`)
    return { exitCode: 0, answer: { account, link } }
  },
  explain: problem => {
    if (problem.code === 'setup.not-done')
      return 'there is no authority yet: the link that "luytre serve" prints makes it with its first administrator.'
    return problem.details.fields?.map(field => `${field.path}: ${field.code}`).join(', ') ?? problem.code
  },
}
