// The API as a page to read: the same OpenAPI document, set as HTML. No script: it is read with the browser's own search,
// folds open by keyboard, and stands under a content policy that allows nothing but its own style.

type Json = Record<string, unknown>

interface Parameter {
  name: string
  in: string
  required: boolean
  description?: string
  schema: Json
}

interface Operation {
  operationId: string
  summary: string
  'x-permission': string
  'x-ledger-verbs': string[]
  parameters: Parameter[]
  requestBody?: { content: Record<string, { schema: Json }> }
  responses: Record<string, { content?: Record<string, { schema: Json }> }>
}

interface ListedOperation extends Operation {
  method: string
  path: string
}

/** A schema within a schema within …: deeper than any that is declared. */
const maxDepth = 12

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escape = (text: string): string => text.replaceAll(/["&'<>]/g, sign => entities[sign]!)
const code = (text: string): string => `<code>${escape(text)}</code>`

/** Type and bounds in a few words: `string, uuid`, `integer, 1 to 5`, `one of a, b`. */
function wordsOf(schema: Json): string {
  const { type, format, enum: choices, const: only, minimum, maximum, minLength, maxLength, maxItems } = schema
  if (Array.isArray(choices)) return `one of ${choices.map(choice => code(String(choice))).join(', ')}`
  if (only !== undefined) return code(JSON.stringify(only))
  const words = [typeof type === 'string' ? type : 'any', ...(typeof format === 'string' ? [format] : [])]
  // The bounds of JSON's own integers say nothing.
  const isBound = (value: unknown): value is number => typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER
  if (isBound(minimum) && isBound(maximum)) words.push(`${minimum} to ${maximum}`)
  else if (isBound(minimum)) words.push(`from ${minimum}`)
  else if (isBound(maximum)) words.push(`up to ${maximum}`)
  if (isBound(minLength) && minLength > 0) words.push(`from ${minLength} characters`)
  if (isBound(maxLength)) words.push(`up to ${maxLength} characters`)
  if (isBound(maxItems)) words.push(`up to ${maxItems}`)
  return escape(words.join(', '))
}

function linesOf(schema: Json, depth = 0): string {
  if (depth > maxDepth) return ''
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined
  if (alternatives) {
    const isNullable = alternatives.some(one => one['type'] === 'null')
    const others = alternatives.filter(one => one['type'] !== 'null')
    const inner = others.map(one => linesOf(one, depth + 1)).join('<p class="or">or</p>')
    return isNullable ? `${inner}<p class="or">or null</p>` : inner
  }
  if (schema['type'] === 'array') return `<p>list${boundOfList(schema)} of</p>${linesOf((schema['items'] ?? {}) as Json, depth + 1)}`
  const properties = schema['properties'] as Record<string, Json> | undefined
  if (!properties) return `<p>${wordsOf(schema)}</p>`
  const required = new Set(schema['required'] as string[] | undefined)
  const fields = Object.entries(properties).map(
    ([name, field]) => `<dt>${code(name)}${required.has(name) ? '' : ' <i>optional</i>'}</dt><dd>${linesOf(field, depth + 1)}</dd>`,
  )
  return `<dl>${fields.join('')}</dl>`
}

const boundOfList = ({ maxItems }: Json): string => (typeof maxItems === 'number' ? ` (up to ${maxItems})` : '')

function contentOf(title: string, content: Record<string, { schema: Json }> | undefined): string {
  const [first] = Object.entries(content ?? {})
  if (!first) return ''
  const [type, { schema }] = first
  const body = type === 'application/json' ? linesOf(schema) : `<p>A file: ${Object.keys(content!).map(code).join(', ')}</p>`
  return `<h4>${title}</h4>${body}`
}

function operationPart(operation: ListedOperation): string {
  const { method, path, operationId, summary, parameters } = operation
  const verbs = operation['x-ledger-verbs']
  const rows = parameters.map(
    parameter =>
      `<tr><td>${code(parameter.name)}</td><td>${parameter.in}${parameter.required ? '' : ', optional'}</td><td>${wordsOf(parameter.schema)}${
        parameter.description ? `. ${escape(parameter.description)}` : ''
      }</td></tr>`,
  )
  return `<details id="${operationId}"><summary><b class="${method}">${method.toUpperCase()}</b> ${code(path)} <span>${escape(summary)}</span></summary>
<p>Needs ${operation['x-permission'] === 'public' ? 'nothing' : code(operation['x-permission'])}. ${
    verbs.length > 0 ? `Writes to the ledger: ${verbs.map(code).join(', ')}.` : 'Changes nothing that the ledger keeps.'
  } Operation ${code(operationId)}.</p>
${rows.length > 0 ? `<h4>Parameters</h4><div class="wide"><table><tbody>${rows.join('')}</tbody></table></div>` : ''}
${contentOf('Body', operation.requestBody?.content)}
${contentOf('Answer', operation.responses['200']?.content) || '<h4>Answer</h4><p>204, without a body</p>'}
</details>`
}

const style = `:root{color-scheme:light dark;--paper:light-dark(#faf9f6,#1a1916);--surface:light-dark(#fff,#211f1c);--line:light-dark(#e8e5de,#34312c);--ink:light-dark(#23211d,#e9e6df);--quiet:light-dark(#635e55,#b0ab9f);--accent:light-dark(#28604a,#86cba8)}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.6 system-ui,sans-serif}
main{max-width:1000px;margin:0 auto;padding:24px 16px 64px}h1{font-size:24px;margin:0 0 8px}h2{font-size:18px;margin:32px 0 8px}h4{margin:16px 0 4px;font-size:15px}
a{color:var(--accent)}code{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere}nav ul{columns:14em;margin:8px 0 0;padding-left:20px}
details{background:var(--surface);border:1px solid var(--line);border-radius:6px;margin:6px 0;padding:0 12px}details[open]{padding-bottom:12px}
summary{padding:8px 0;cursor:pointer}summary span{color:var(--quiet)}summary b{display:inline-block;min-width:4.5em;font:600 13px ui-monospace,monospace;color:var(--quiet)}summary b:not(.get){color:var(--accent)}
summary:focus-visible,a:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
p{margin:4px 0}.or,i{color:var(--quiet);font-style:normal}dl{margin:4px 0;padding-left:12px;border-left:2px solid var(--line)}dt{margin-top:4px}dd{margin:0 0 0 16px;color:var(--quiet)}
.wide{overflow-x:auto}table{border-collapse:collapse;width:100%}td{padding:4px 12px 4px 0;border-top:1px solid var(--line);vertical-align:top}`

/** `description` is the OpenAPI document of `describeApi`; `nonce` is that of the page's one style element. */
export function apiPage(description: Json, nonce: string): string {
  const { title, version } = description['info'] as { title: string; version: string }
  const groups = new Map<string, ListedOperation[]>()
  for (const [path, methods] of Object.entries(description['paths'] as Record<string, Record<string, Operation>>))
    for (const [method, operation] of Object.entries(methods)) {
      const name = path.split('/')[3] ?? ''
      groups.set(name, [...(groups.get(name) ?? []), { ...operation, method, path }])
    }
  const sorted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>API · ${escape(title)}</title>
<style nonce="${nonce}">${style}</style></head><body><main>
<h1>API of ${escape(title)} ${escape(version)}</h1>
<p>What this server answers, written from the same declarations that it is built of. For programs:
<a href="/api/openapi.json">OpenAPI 3.1</a>. Every call needs the session cookie of <a href="#signIn">signIn</a>, if not said otherwise, and every
changing call an <code>Origin</code> header that is this address. A refusal is <code>application/problem+json</code> with a stable
<code>code</code>; a change of something that others changed meanwhile is 412 with the present state.</p>
<nav aria-label="Subjects"><ul>${sorted.map(([name, { length }]) => `<li><a href="#-${escape(name)}">${escape(name)}</a> ${length}</li>`).join('')}</ul></nav>
${sorted.map(([name, operations]) => `<h2 id="-${escape(name)}">${escape(name)}</h2>${operations.map(operationPart).join('\n')}`).join('\n')}
</main></body></html>`
}
