import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { importFrameworkFile, readFrameworkFile } from '#capacity/frameworks/framework-imports.ts'
import type { RosterRow } from '#capacity/people/people.api.ts'
import { importRosterFile } from '#capacity/people/roster-import.ts'
import { readRosterFile } from '#capacity/people/roster-reading.ts'
import { CommandError, optionText } from './command.ts'
import type { Command } from './command.ts'
import { asAuthority, withConnection } from './stores-at-work.ts'

export const importFramework: Command = {
  name: ['import', 'framework'],
  usage: 'import framework FILE',
  summary: 'Imports a role framework: NICE CPRT JSON, a pack as JSON, or the folder of a pack. Twice changes nothing.',
  positionals: ['FILE'],
  options: {},
  async run(call) {
    const [file = ''] = call.positionals
    const read = await readFrameworkFile(file)
    const { framework, fate, frameworkId, notes } = await withConnection(call, connection =>
      asAuthority(connection, work => importFrameworkFile(work, read)),
    )
    const { role, task, knowledge, skill, competency, statement, relation } = framework.counts
    call.say(`${framework.key} ${framework.version}: ${fate === 'new' ? 'imported' : 'was imported before, nothing changed'}`)
    call.say(
      `${role} roles, ${competency} competencies, ${statement} statements, ${task} tasks, ${knowledge} knowledge, ${skill} skills, ${relation} links`,
    )
    for (const note of notes) call.say(`note: ${note.code} ${JSON.stringify(note.params)}`)
    return { exitCode: 0, answer: { frameworkId, fate, counts: framework.counts, notes } }
  },
}

export const importRoster: Command = {
  name: ['import', 'roster'],
  usage: 'import roster FILE [--leave-out N]',
  summary:
    'Brings in people from xlsx or CSV; says what becomes of every row. With refused rows it changes nothing unless N names their number.',
  positionals: ['FILE'],
  options: { 'leave-out': { type: 'string', help: 'Number of refused rows that are knowingly left out.' } },
  async run(call) {
    const [file = ''] = call.positionals
    const given = optionText(call, 'leave-out')
    if (given !== undefined && !/^\d{1,6}$/.test(given)) throw new CommandError('usage', '--leave-out takes a number of rows.')
    const read = await readRosterFile({ fileName: path.basename(file), bytes: await readFile(file) })
    const rows: RosterRow[] = []
    const onRow = (row: RosterRow): void => {
      if (row.findings.length > 0) rows.push(row)
      for (const finding of row.findings)
        call.say(`row ${row.row}: ${row.fate}: ${finding.severity}: ${finding.code} ${JSON.stringify(finding.params)}`)
    }
    const { counts, isApplied } = await withConnection(call, connection =>
      asAuthority(connection, work => importRosterFile(work, read, { leaveOut: given === undefined ? 0 : Number(given), onRow })),
    )
    const { create, update, unchanged, refused } = counts
    call.say(`${create} new, ${update} changed, ${unchanged} as they were, ${refused} refused`)
    if (!isApplied) call.say(`Nothing was changed. To leave the refused rows out, run it again with --leave-out ${refused}.`)
    return { exitCode: isApplied ? 0 : 1, answer: { isApplied, counts, rows } }
  },
}
