import type { AnyEndpoint, Endpoint, EndpointBody, EndpointParams, EndpointQuery, EndpointResult } from 'luytre/platform/http/endpoint.ts'
import { isAttended } from '#platform/call/attended.ts'
import { CallProblem } from '#platform/call/call-problem.ts'

// The only way from a page to the server: an endpoint declared by the server, called with what it declares.

type Empty = object
type Part<Name extends string, Value> = [Value] extends [undefined]
  ? Empty
  : Empty extends Value
    ? { [N in Name]?: Value }
    : { [N in Name]: Value }

export type CallOptions<E> = Part<'params', EndpointParams<E>> &
  Part<'query', EndpointQuery<E>> &
  Part<'body', EndpointBody<E>> & {
    /** Version of the record that was read; every `versioned` endpoint needs it. */
    ifMatch?: number
    /** Same key, same answer: for creating calls that may be sent twice. */
    idempotencyKey?: string
    /** Sent as the raw body of an `upload` endpoint. */
    file?: File
    signal?: AbortSignal
  }

export type CallArguments<E> = Empty extends CallOptions<E> ? [options?: CallOptions<E>] : [options: CallOptions<E>]

interface AnyOptions {
  params?: Record<string, string>
  query?: Record<string, string | number | boolean | undefined>
  body?: unknown
  ifMatch?: number
  idempotencyKey?: string
  file?: File
  signal?: AbortSignal
}

/** The address of a call, parameters filled in and the query in order of its declaration. */
export function addressOf(endpoint: AnyEndpoint, options: AnyOptions): string {
  const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = options.params?.[name]
    if (value === undefined) throw new TypeError(`${endpoint.name}: parameter ${name} is missing`)
    return encodeURIComponent(value)
  })
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(options.query ?? {})) if (value !== undefined && value !== '') query.set(name, String(value))
  if (options.file) query.set('fileName', options.file.name)
  const search = query.toString()
  return `/api/v1${path}${search ? `?${search}` : ''}`
}

async function problemOf(response: Response): Promise<CallProblem> {
  const type = response.headers.get('content-type') ?? ''
  if (!type.includes('json')) return new CallProblem(response.status, response.status === 404 ? 'record.not-found' : 'internal')
  const problem = (await response.json()) as { code?: string; params?: Record<string, string | number>; fields?: []; current?: unknown }
  return new CallProblem(response.status, problem.code ?? 'internal', problem)
}

/** `filename*=UTF-8''…` before `filename="…"` (RFC 6266 §4.3). */
export function fileNameOf(disposition: string | null): string {
  const extended = disposition?.match(/filename\*=UTF-8''([^;]+)/i)?.[1]
  if (extended) return decodeURIComponent(extended)
  return disposition?.match(/filename="?([^";]+)"?/i)?.[1] ?? 'download'
}

export async function call<P extends string, Q extends Endpoint['query'], B extends Endpoint['body'], R extends Endpoint['returns']>(
  endpoint: Endpoint<P, Q, B, R>,
  ...[given]: CallArguments<Endpoint<P, Q, B, R>>
): Promise<EndpointResult<Endpoint<P, Q, B, R>>> {
  const options = (given ?? {}) as AnyOptions
  const declared = endpoint as AnyEndpoint
  if (declared.versioned && options.ifMatch === undefined) throw new TypeError(`${declared.name} needs ifMatch`)
  if (declared.upload && !options.file) throw new TypeError(`${declared.name} needs a file`)

  const headers = new Headers({ accept: 'application/json', 'accept-language': document.documentElement.lang })
  if (options.ifMatch !== undefined) headers.set('if-match', String(options.ifMatch))
  if (!isAttended()) headers.set('x-luytre-unattended', '1')
  if (options.idempotencyKey) headers.set('idempotency-key', options.idempotencyKey)
  let body: BodyInit | null = null
  if (options.file) {
    // Browsers know few types; the server decides by what is in the file.
    headers.set('content-type', contentTypeOf(options.file, declared))
    body = options.file
  } else if (options.body !== undefined) {
    headers.set('content-type', 'application/json')
    body = JSON.stringify(options.body)
  }

  let response: Response
  try {
    response = await fetch(addressOf(declared, options), {
      method: declared.method,
      headers,
      body,
      credentials: 'same-origin',
      ...(options.signal && { signal: options.signal }),
    })
  } catch (error) {
    if (options.signal?.aborted) throw error
    throw new CallProblem(0, 'network')
  }
  if (!response.ok) throw await problemOf(response)

  type Result = EndpointResult<Endpoint<P, Q, B, R>>
  if (declared.returns === 'file') {
    const bytes = new Uint8Array(await response.arrayBuffer())
    const contentType = response.headers.get('content-type') ?? 'application/octet-stream'
    return { fileName: fileNameOf(response.headers.get('content-disposition')), contentType, bytes } as Result
  }
  if (declared.returns === undefined || response.status === 204) return undefined as Result
  return (await response.json()) as Result
}

function contentTypeOf(file: File, endpoint: AnyEndpoint): string {
  const allowed = endpoint.upload?.contentTypes ?? []
  if (allowed.includes(file.type)) return file.type
  const byEnding: Record<string, string> = {
    csv: 'text/csv',
    txt: 'text/plain',
    json: 'application/json',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  }
  const guessed = byEnding[file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase()]
  return guessed && allowed.includes(guessed) ? guessed : 'application/octet-stream'
}
