import type { Command } from '../../server/src/commands/command.ts'
import type { settings } from '../../server/src/platform/config/config.ts'
import type { AnyEndpoint } from '../../server/src/platform/http/endpoint.ts'
import { permissions, roles, scopeOf } from '../../server/src/platform/permissions/permissions.ts'

// The text of each generated reference page, from what the program itself declares.

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('<', '\\<').replaceAll('\n', ' ')
const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), `|${head.map(() => '---|').join('')}`, ...rows.map(row)].join('\n')
const code = (text: string): string => `\`${text}\``

const page = (title: string, from: string, parts: readonly string[]): string =>
  [`# ${title}`, `<!-- Generated from ${from} by \`npm run generate\`; do not edit. -->`, ...parts].join('\n\n') + '\n'

interface JsonType {
  type?: string
  enum?: string[]
  minimum?: number
  maximum?: number
  format?: string
  default?: string | number | boolean
}

function kindOf({ type, enum: values, minimum, maximum, format }: JsonType): string {
  if (values) return values.map(code).join(', ')
  if (type === 'boolean') return '`true` or `false`'
  if (type === 'integer')
    return `number${minimum === undefined ? '' : ` from ${minimum}`}${maximum === undefined || maximum > 1e9 ? '' : ` to ${maximum}`}`
  return format === 'uri' ? 'address' : 'text'
}

export function configurationPage(declared: typeof settings): string {
  const rows = Object.entries(declared).map(([name, schema]) => {
    const json = schema.toJSONSchema({ io: 'output', unrepresentable: 'any' }) as JsonType
    return [code(name), kindOf(json), json.default === undefined ? '' : code(String(json.default)), schema.description ?? '']
  })
  return page('Configuration', 'server/src/platform/config/config.ts', [
    'Every setting is an environment variable. An empty one counts as not set; a name that starts with `LUYTRE_` and is not listed here stops the start, and all faults are listed at once.',
    table(['setting', 'value', 'default', 'what it does'], rows),
  ])
}

export function permissionsPage(): string {
  const rows = permissions.map(permission => [code(permission), ...roles.map(role => scopeOf(permission, [role]) ?? '—')])
  return page('Permissions', 'server/src/platform/permissions/permissions.ts', [
    'How far each permission reaches for each role: `organisation` is every record of the acting organisation, `team` the own record and those of the people one supervises, `self` the own record only, — not at all.',
    'The role `supervisor` is not assigned: whoever supervises somebody today holds it beside the own role. Somebody with several roles has the widest reach of them. No role sees another organisation’s records.',
    table(['permission', ...roles], rows),
  ])
}

export interface ListedEndpoint {
  module: string
  endpoint: AnyEndpoint
}

function takesOf({ body, upload, versioned, query }: AnyEndpoint): string {
  const takes: string[] = []
  if (query) takes.push('query')
  if (body) takes.push('JSON')
  if (upload) takes.push(`file up to ${upload.maxBytes / 1_000_000} MB`)
  if (versioned) takes.push('If-Match')
  return takes.join(', ')
}

export function apiPage(listed: readonly ListedEndpoint[]): string {
  const modules = [...Map.groupBy(listed, ({ module }) => module)]
  return page('Endpoints', 'the declarations in server/src/**/*.api.ts', [
    'All paths stand below `/api/v1`. The running server describes the same, with every field, as a page at `/api/docs` and as OpenAPI 3.1 at `/api/openapi.json`. What a permission reaches: [permissions.md](permissions.md). The last column names the ledger lines that a successful call may write; empty means that it changes nothing.',
    ...modules.map(([module, endpoints]) =>
      [
        `## ${module}`,
        table(
          ['endpoint', 'what it does', 'needs', 'takes', 'ledger'],
          endpoints.map(({ endpoint }) => [
            `${endpoint.method} ${code(endpoint.path)}`,
            endpoint.summary,
            endpoint.needs === 'public' ? 'nothing' : code(endpoint.needs),
            takesOf(endpoint),
            endpoint.changes.map(code).join(', '),
          ]),
        ),
      ].join('\n\n'),
    ),
  ])
}

export function commandLinePage(commands: readonly Command[]): string {
  return page('Command line', 'server/src/commands', [
    'Run as `npx luytre …` in the checkout. Answers go to standard output, faults and logs to standard error. With `--json` a command prints one JSON value at its end, and `serve` another one when it listens, each in a line; `--help` explains a command.',
    table(
      ['exit code', 'meaning'],
      [
        ['0', 'done'],
        ['1', 'refused, or something was found to be wrong'],
        ['2', 'the command or the configuration was written wrongly'],
      ],
    ),
    ...commands.map(command => {
      const options = Object.entries(command.options).map(([name, option]) => [
        code(`--${name}${option.type === 'string' ? ' VALUE' : ''}`),
        option.help,
      ])
      return [
        `## ${command.name.join(' ')}`,
        `    luytre ${command.usage}`,
        command.summary,
        ...(options.length > 0 ? [table(['option', 'meaning'], options)] : []),
      ].join('\n\n')
    }),
  ])
}

export interface ListedMetric {
  name: string
  type: string
  help: string
  labels: readonly string[]
}

export function metricsPage(own: readonly ListedMetric[], ofRuntime: readonly ListedMetric[]): string {
  const rows = (metrics: readonly ListedMetric[]): string[][] =>
    metrics.map(({ name, type, labels, help }) => [code(name), type, labels.map(code).join(', '), help])
  const head = ['metric', 'kind', 'labels', 'meaning']
  return page('Metrics', 'server/src/platform/telemetry/telemetry.ts', [
    '`GET /metrics` answers in the text format of Prometheus: to this machine always, to others with `LUYTRE_METRICS_PUBLIC`.',
    table(head, rows(own)),
    '## Of the process',
    table(head, rows(ofRuntime)),
  ])
}
