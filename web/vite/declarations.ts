import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'vite'

// A contract of the server (`people.api.ts`) declares its endpoints with schemas. A page that calls them needs method and
// path, not the schemas and the library behind them, a sixth of the first page. So the browser gets each contract twice:
// as it is called, and with `?schemas` whole, which the first form loads that wants to say what is wrong before it sends.

const contract = /\.api\.ts$/
const whole = '.api.ts?schemas'

export const declarations: Plugin = {
  name: 'luytre:declarations',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!contract.test(source) || !importer?.endsWith(whole)) return null
    const resolved = await this.resolve(source, importer, { skipSelf: true })
    return resolved && `${resolved.id}?schemas`
  },
  async load(id) {
    if (!contract.test(id)) return null
    // Read anew after a change, when the development server runs.
    const address = `${pathToFileURL(id).href}?${statSync(id).mtimeMs}`
    const exported = (await import(address)) as Record<string, unknown>
    const code = Object.entries(exported).flatMap(([name, value]) => {
      if (isEndpoint(value)) return `export const ${name} = ${calledOf(id, name, value)}`
      const shown = isSchema(value) ? choicesOf(value) : value
      // What is left out is missing at once, when the app is built: a contract's functions are for the server.
      return typeof shown === 'function' || shown === undefined ? [] : `export const ${name} = ${JSON.stringify(shown)}`
    })
    return { code: code.join('\n'), map: null, moduleSideEffects: false }
  },
}

type Declared = Record<string, unknown> & { path: string }

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null
const isSchema = (value: unknown): value is { options?: unknown; type: string } => isObject(value) && '_zod' in value
const isEndpoint = (value: unknown): value is Declared => isObject(value) && 'method' in value && 'path' in value && 'needs' in value

/** Of a schema the browser sees what an enumeration lets one choose from. */
const choicesOf = ({ type, options }: { options?: unknown; type: string }): unknown => (type === 'enum' ? { options } : undefined)

/** The declaration as `call()` reads it: of `returns` only whether it is a file, something or nothing. */
function calledOf(id: string, name: string, { query: _query, body, returns, summary: _summary, ...rest }: Declared): string {
  const called = JSON.stringify({ ...rest, ...(returns !== undefined && { returns: returns === 'file' ? 'file' : {} }) })
  if (!body) return called
  return `{ ...${called}, loadBody: async () => (await import(${JSON.stringify(`${id}?schemas`)})).${name}.body }`
}
