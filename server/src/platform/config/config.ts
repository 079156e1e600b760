import path from 'node:path'
import { z } from 'zod'
import { parseMailbox } from '#platform/mail/address.ts'
import type { SmtpSettings } from '#platform/mail/smtp.ts'

// Everything that an operator can set, in one place. Nothing else reads the environment; the reference page
// docs/reference/configuration.md is generated from the descriptions here.

const flag = z.stringbool()
const kept = z.coerce.number().int().min(0).max(1000)

/** A slash at the end is nothing more than a habit; browsers name the origin without one. What is no address is refused before. */
const isOrigin = (address: string): boolean => !URL.canParse(address) || new URL(address).href === `${new URL(address).origin}/`

export const settings = {
  LUYTRE_DATA: z.string().default('./data').describe('Directory for the embedded database, the ledger key and files.'),
  LUYTRE_PORT: z.coerce.number().int().min(0).max(65535).default(8080).describe('TCP port of the web server; 0 takes a free one.'),
  LUYTRE_HOST: z.string().default('127.0.0.1').describe('Address that the web server listens on. A demo never listens beyond loopback.'),
  LUYTRE_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isOrigin, 'takes scheme, name and port, no path')
    .optional()
    .describe(
      'Address that people type, without a path; used for links, cookies and the check of the Origin header. Default: http://localhost:<port>.',
    ),
  LUYTRE_TRUSTED_PROXIES: z
    .string()
    .optional()
    .describe('Addresses or networks of reverse proxies whose X-Forwarded-For is believed, separated by commas.'),
  LUYTRE_DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('A PostgreSQL of your own (15 or newer), as the role luytre_app. Without it the embedded one is started.'),
  LUYTRE_DATABASE_OWNER_URL: z
    .url({ protocol: /^postgres(ql)?$/ })
    .optional()
    .describe('The same database as its owner, for `luytre migrate` only.'),
  LUYTRE_PG_BIN: z.string().optional().describe('Directory of other PostgreSQL programs for a new embedded cluster.'),
  LUYTRE_LEDGER_KEY: z
    .string()
    .optional()
    .describe(
      'File with the Ed25519 private key (PEM) that signs checkpoints. Default: made in the data directory. Several servers over one database need the same file.',
    ),
  LUYTRE_LEDGER_CHECKPOINTS: z.string().optional().describe('File outside the data directory that also receives every checkpoint.'),
  LUYTRE_BACKUP_DIRECTORY: z
    .string()
    .optional()
    .describe('Directory, best on another disk, that receives a backup a day. Without it none is made by the clock.'),
  LUYTRE_BACKUP_HOUR: z.coerce
    .number()
    .int()
    .min(0)
    .max(23)
    .default(18)
    .describe('Hour of the day, in UTC, after which the backup is made; a server that was off then makes it when it is on again.'),
  LUYTRE_BACKUP_KEEP_DAILY: kept
    .default(7)
    .describe('Of how many days that have a backup the last one is kept. The newest backup always is.'),
  LUYTRE_BACKUP_KEEP_WEEKLY: kept.default(5).describe('The same for weeks.'),
  LUYTRE_BACKUP_KEEP_MONTHLY: kept.default(12).describe('The same for months.'),
  LUYTRE_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severity that is logged.'),
  LUYTRE_METRICS_PUBLIC: flag.default(false).describe('Answers GET /metrics beyond loopback too.'),
  LUYTRE_RATE_LIMIT: z.coerce
    .number()
    .int()
    .min(1)
    .default(600)
    .describe('Requests per minute of an account that is signed in, else of an address; signing in has a tenth of it.'),
  LUYTRE_IMPORT_PREVIEW_DAYS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .describe('Days that previews of imports are kept; they hold what the file held, personal data too. Then they are removed.'),
  LUYTRE_FILE_MEGABYTES: z.coerce.number().int().min(1).max(20).default(20).describe('Largest file that people may attach, in megabytes.'),
  LUYTRE_SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe(
      'Mail server that sends for this installation: smtp://user:password@host:587 with STARTTLS, or smtps://… with TLS from the first byte. Without it mails wait in the outbox.',
    ),
  LUYTRE_SMTP_TLS: z
    .enum(['required', 'if-offered', 'off'])
    .default('required')
    .describe(
      'Of smtp:// addresses: whether a server without STARTTLS is refused, put up with, or never asked. `off` is for this machine only.',
    ),
  LUYTRE_SMTP_CA: z
    .string()
    .optional()
    .describe('File of certificate authorities (PEM) that the mail server may be signed by, beside the public ones.'),
  LUYTRE_MAIL_FROM: z
    .string()
    .refine(text => parseMailbox(text) !== undefined, 'is no address, such as "Lũy Tre <luytre@authority.example>"')
    .optional()
    .describe('Sender of mails, an address or a name with an address: Lũy Tre <luytre@authority.example>. Needed with LUYTRE_SMTP_URL.'),
} as const

const schema = z.object(settings).refine(given => !given.LUYTRE_SMTP_URL || given.LUYTRE_MAIL_FROM, {
  path: ['LUYTRE_MAIL_FROM'],
  error: 'is needed with LUYTRE_SMTP_URL',
})

export interface Config {
  dataDirectory: string
  port: number
  host: string
  /** An origin, as browsers write it: lower case, no slash at the end, no usual port. */
  publicUrl: string | undefined
  trustedProxies: string[]
  databaseUrl: string | undefined
  databaseOwnerUrl: string | undefined
  postgresBinaries: string | undefined
  ledgerKeyFile: string | undefined
  ledgerCheckpointsFile: string | undefined
  /** Backups by the clock; absent when none are made. */
  backups: { folder: string; hour: number; keep: { daily: number; weekly: number; monthly: number } } | undefined
  logLevel: 'debug' | 'info' | 'warn' | 'error'
  areMetricsPublic: boolean
  requestsPerMinute: number
  importPreviewDays: number
  /** Absent when no mail leaves. */
  smtp: SmtpSettings | undefined
  maxFileBytes: number
}

export class ConfigError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`configuration: ${problems.join('; ')}`)
    this.problems = problems
  }
}

/** Reads the configuration; throws a `ConfigError` that lists every problem at once. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const problems = Object.keys(environment)
    .filter(name => name.startsWith('LUYTRE_') && !name.startsWith('LUYTRE_TEST_') && !(name in settings))
    .map(name => `${name}: no such setting`)
  // An empty variable counts as not set: that is what a unit file or compose file means by it.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) problems.push(...parsed.error.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`))
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems)
  const value = parsed.data
  return {
    dataDirectory: path.resolve(value.LUYTRE_DATA),
    port: value.LUYTRE_PORT,
    host: value.LUYTRE_HOST,
    publicUrl: value.LUYTRE_PUBLIC_URL && new URL(value.LUYTRE_PUBLIC_URL).origin,
    trustedProxies: value.LUYTRE_TRUSTED_PROXIES?.split(',').map(part => part.trim()) ?? [],
    databaseUrl: value.LUYTRE_DATABASE_URL,
    databaseOwnerUrl: value.LUYTRE_DATABASE_OWNER_URL,
    postgresBinaries: value.LUYTRE_PG_BIN,
    ledgerKeyFile: value.LUYTRE_LEDGER_KEY,
    ledgerCheckpointsFile: value.LUYTRE_LEDGER_CHECKPOINTS,
    backups: value.LUYTRE_BACKUP_DIRECTORY
      ? {
          folder: path.resolve(value.LUYTRE_BACKUP_DIRECTORY),
          hour: value.LUYTRE_BACKUP_HOUR,
          keep: {
            daily: value.LUYTRE_BACKUP_KEEP_DAILY,
            weekly: value.LUYTRE_BACKUP_KEEP_WEEKLY,
            monthly: value.LUYTRE_BACKUP_KEEP_MONTHLY,
          },
        }
      : undefined,
    logLevel: value.LUYTRE_LOG_LEVEL,
    areMetricsPublic: value.LUYTRE_METRICS_PUBLIC,
    requestsPerMinute: value.LUYTRE_RATE_LIMIT,
    importPreviewDays: value.LUYTRE_IMPORT_PREVIEW_DAYS,
    smtp: value.LUYTRE_SMTP_URL
      ? {
          url: value.LUYTRE_SMTP_URL,
          tls: value.LUYTRE_SMTP_TLS,
          caFile: value.LUYTRE_SMTP_CA,
          from: parseMailbox(value.LUYTRE_MAIL_FROM!)!,
        }
      : undefined,
    maxFileBytes: value.LUYTRE_FILE_MEGABYTES * 1_000_000,
  }
}
