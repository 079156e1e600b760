import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { language, translated } from '#platform/i18n/translated.ts'
import { mailState } from '#platform/mail/mail.api.ts'
import { assignableRoles, permissions, roles } from '#platform/permissions/permissions.ts'

// Signing in and out, the first administrator, accounts.

/** NIST SP 800-63B-4 §3.1.1: length counts, composition rules do not; long enough for a single factor. */
export const password = z.string().min(15).max(200)
/** 32 random bytes, base64url. */
const linkToken = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

export const me = z.strictObject({
  userId: uuid,
  personId: uuid.nullable(),
  name: z.string(),
  email: z.string(),
  language,
  roles: z.array(z.enum(roles)),
  /** What the navigation and the buttons show; the server decides again on every call. */
  permissions: z.partialRecord(z.enum(permissions), z.enum(['organisation', 'team', 'self'])),
  organisation: z.strictObject({ id: uuid, name: translated, timeZone: z.string(), isDemo: z.boolean() }),
})
export type Me = z.infer<typeof me>

/** `{ me: null }` for somebody who is not signed in. */
export const getMe = endpoint({
  name: 'getMe',
  method: 'GET',
  path: '/me',
  summary: 'Who is signed in, and what the installation needs first',
  needs: 'public',
  changes: [],
  returns: z.strictObject({ me: me.nullable(), setup: z.enum(['done', 'needs-first-administrator']) }),
})
export const signIn = endpoint({
  name: 'signIn',
  method: 'POST',
  path: '/session',
  summary: 'Signs in with e-mail and password',
  needs: 'public',
  changes: ['session.started', 'session.refused'],
  body: z.strictObject({ email: z.string().trim().toLowerCase().max(254), password: z.string().max(200) }),
  returns: me,
})
export const signOut = endpoint({
  name: 'signOut',
  method: 'DELETE',
  path: '/session',
  summary: 'Signs out',
  needs: 'session.own',
  changes: ['session.ended'],
})
export const changeMyLanguage = endpoint({
  name: 'changeMyLanguage',
  method: 'PATCH',
  path: '/me',
  summary: 'Keeps the language of the person who is signed in',
  needs: 'session.own',
  changes: ['account.language-changed'],
  body: z.strictObject({ language }),
  returns: me,
})
export const changeMyPassword = endpoint({
  name: 'changeMyPassword',
  method: 'POST',
  path: '/me/password',
  summary: 'Changes the own password; every other session ends',
  needs: 'session.own',
  changes: ['account.password-changed', 'session.refused'],
  body: z.strictObject({ current: z.string().max(200), next: password }),
  returns: me,
})

/** First start: opened by the one-time link that the server prints. */
export const setUp = endpoint({
  name: 'setUp',
  method: 'POST',
  path: '/setup',
  summary: 'Makes the authority and its first administrator',
  needs: 'public',
  changes: ['organisation.created', 'account.created'],
  body: z.strictObject({
    token: linkToken,
    organisationName: translated.refine(name => Boolean(name.vi ?? name.en ?? name.ja), { error: 'required' }),
    timeZone: z.string().max(64).default('Asia/Ho_Chi_Minh'),
    halfYearStartMonth: z.union([z.literal(1), z.literal(4)]).default(1),
    name: z.string().trim().min(1).max(200),
    email: z.email().max(254),
    language,
    password,
  }),
  returns: me,
})
/** Whether a mail with a link would leave. */
export const getPasswordReset = endpoint({
  name: 'getPasswordReset',
  method: 'GET',
  path: '/password-resets',
  summary: 'Whether a forgotten password can be renewed by mail',
  needs: 'public',
  changes: [],
  returns: z.strictObject({ mail: mailState }),
})
/** Answers alike whether the address has an account or not. */
export const requestPasswordReset = endpoint({
  name: 'requestPasswordReset',
  method: 'POST',
  path: '/password-resets',
  summary: 'Sends a one-time link to the address if an account has it',
  needs: 'public',
  changes: ['mail.queued'],
  body: z.strictObject({ email: z.string().trim().toLowerCase().min(1).max(254) }),
})
/** Opened by a one-time link that an administrator made, or that came by mail. */
export const setPassword = endpoint({
  name: 'setPassword',
  method: 'POST',
  path: '/password-links',
  summary: 'Sets a password by a one-time link and signs in',
  needs: 'public',
  changes: ['account.password-set'],
  body: z.strictObject({ token: linkToken, password }),
  returns: me,
})

export const account = z.strictObject({
  id: uuid,
  version: z.int(),
  name: z.string(),
  email: z.string(),
  personId: uuid.nullable(),
  role: z.enum(assignableRoles).nullable(),
  status: z.enum(['invited', 'active', 'disabled']),
  isLocked: z.boolean(),
})
export type Account = z.infer<typeof account>

export const listAccounts = endpoint({
  name: 'listAccounts',
  method: 'GET',
  path: '/accounts',
  summary: 'Accounts of this organisation, by e-mail',
  needs: 'account.read',
  changes: [],
  reads: ['account'],
  query: z.strictObject({
    search: z.string().max(200).optional(),
    after: z.string().max(300).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  returns: z.strictObject({ accounts: z.array(account), next: z.string().nullable() }),
})
export const countAccounts = endpoint({
  name: 'countAccounts',
  method: 'GET',
  path: '/account-counts',
  summary: 'How many accounts sign in, have never done so, are locked or disabled',
  needs: 'account.read',
  changes: [],
  reads: ['account'],
  returns: z.strictObject({ active: z.int(), invited: z.int(), locked: z.int(), disabled: z.int() }),
})
/** The link is shown once, to be handed over; it is valid for 24 hours. */
const withLink = z.strictObject({ account, link: z.string() })
/** Without a link when it goes by mail. */
const withLinkOrMail = withLink.extend({ link: z.string().nullable() })
export const createAccount = endpoint({
  name: 'createAccount',
  method: 'POST',
  path: '/accounts',
  summary: 'Makes an account and a one-time link for its first password, shown here or sent by mail',
  needs: 'account.write',
  changes: ['account.created', 'mail.queued'],
  secretAnswer: true,
  body: z.strictObject({
    email: z.email().max(254),
    name: z.string().trim().min(1).max(200),
    personId: uuid.nullable(),
    role: z.enum(assignableRoles),
    language,
    /** How the link reaches the person: shown to be handed over, or by mail to the account's address. */
    handOver: z.enum(['link', 'mail']).default('link'),
  }),
  returns: withLinkOrMail,
})
export const changeAccount = endpoint({
  name: 'changeAccount',
  method: 'PATCH',
  path: '/accounts/:accountId',
  summary: 'Changes role or status; the sessions of a disabled account end',
  versioned: true,
  needs: 'account.write',
  changes: ['account.changed'],
  body: z.strictObject({ role: z.enum(assignableRoles), status: z.enum(['active', 'disabled']) }),
  returns: account,
})
export const mailAccountLink = endpoint({
  name: 'mailAccountLink',
  method: 'POST',
  path: '/accounts/:accountId/mail',
  summary: 'Sends a new one-time link by mail: the invitation again, or for a forgotten password',
  versioned: true,
  needs: 'account.write',
  changes: ['mail.queued'],
  returns: account,
})
export const renewAccountLink = endpoint({
  name: 'renewAccountLink',
  method: 'POST',
  path: '/accounts/:accountId/link',
  summary: 'Makes a new one-time link and unlocks the account',
  versioned: true,
  needs: 'account.write',
  changes: ['account.link-made'],
  secretAnswer: true,
  returns: withLink,
})
