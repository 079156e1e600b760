/**
 * Who may do what: one table, read like a table. A cell says how far the permission reaches:
 *   organisation  every record of the acting organisation
 *   team          the own record and those of the people one supervises
 *   self          the own record only
 *   —             not at all
 * `supervisor` is not assigned: whoever supervises somebody today holds it beside the own role.
 */
export const roles = ['administrator', 'capacity-manager', 'supervisor', 'staff', 'auditor', 'agency-contact'] as const
export type Role = (typeof roles)[number]

/** Roles that a membership can carry; the supervisor's follows from posts. */
export const assignableRoles = ['administrator', 'capacity-manager', 'staff', 'auditor', 'agency-contact'] as const
export type AssignableRole = (typeof assignableRoles)[number]

export type Scope = 'organisation' | 'team' | 'self'

const o = 'organisation'
const t = 'team'
const s = 'self'
const _ = undefined

type Row = readonly [Scope | undefined, Scope | undefined, Scope | undefined, Scope | undefined, Scope | undefined, Scope | undefined]

// prettier-ignore
const table = {
  //                              admin  manager  superv.  staff  auditor  agency
  'session.own':                  [s,     s,       s,       s,     s,       s] as Row,
  'organisation.read':            [o,     o,       o,       o,     o,       o] as Row,
  'organisation.write':           [o,     o,       _,       _,     _,       _] as Row,
  'account.read':                 [o,     _,       _,       _,     _,       _] as Row,
  'account.write':                [o,     _,       _,       _,     _,       _] as Row,
  'ledger.read':                  [o,     _,       _,       _,     o,       _] as Row,
  'backup.read':                  [o,     _,       _,       _,     _,       _] as Row,
  'mail.read':                    [o,     _,       _,       _,     _,       _] as Row,
  'mail.write':                   [o,     _,       _,       _,     _,       _] as Row,
  'half-year.read':               [o,     o,       o,       o,     o,       _] as Row,
  'framework.read':               [o,     o,       o,       o,     o,       _] as Row,
  'framework.import':             [o,     o,       _,       _,     _,       _] as Row,
  'unit.read':                    [o,     o,       o,       o,     o,       _] as Row,
  'unit.write':                   [o,     o,       _,       _,     _,       _] as Row,
  'person.read':                  [o,     o,       t,       s,     _,       _] as Row,
  'person.write':                 [o,     o,       _,       _,     _,       _] as Row,
  'roster.import':                [o,     o,       _,       _,     _,       _] as Row,
  'assessment.read':              [_,     o,       t,       s,     _,       _] as Row,
  'assessment.write-self':        [_,     s,       s,       s,     _,       _] as Row,
  'assessment.write-supervisor':  [_,     _,       t,       _,     _,       _] as Row,
  'assessment.contest':           [_,     s,       s,       s,     _,       _] as Row,
  'assessment.answer-contest':    [_,     o,       t,       _,     _,       _] as Row,
  'gap.read':                     [_,     o,       t,       s,     _,       _] as Row,
  'staffing-need.read':           [_,     o,       _,       _,     o,       _] as Row,
  'staffing-need.write':          [_,     o,       _,       _,     _,       _] as Row,
  'plan.read':                    [_,     o,       t,       s,     _,       _] as Row,
  'plan.write':                   [_,     o,       t,       s,     _,       _] as Row,
  'plan.agree-person':            [_,     s,       s,       s,     _,       _] as Row,
  'plan.agree-supervisor':        [_,     _,       t,       _,     _,       _] as Row,
  'plan.attach-paper':            [_,     o,       _,       _,     _,       _] as Row,
} as const

export type Permission = keyof typeof table
export const permissions = Object.keys(table) as Permission[]

const width: Record<Scope, number> = { self: 1, team: 2, organisation: 3 }

/** How far `permission` reaches for somebody who holds all of `held`; undefined when none of them has it. */
export function scopeOf(permission: Permission, held: readonly Role[]): Scope | undefined {
  let widest: Scope | undefined
  for (const role of held) {
    const scope = table[permission][roles.indexOf(role)]
    if (scope && (!widest || width[scope] > width[widest])) widest = scope
  }
  return widest
}
