import { fileURLToPath } from 'node:url'
import { parentPort } from 'node:worker_threads'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { loadFonts } from './fonts.ts'
import { printableValue } from './printable-text.ts'

// The compiler runs here, beside the event loop: a document of thirty pages takes half a second of pure computing.

export interface CompileRequest {
  id: number
  /** Path of the template. */
  template: string
  data: unknown
  /** Seconds since 1970: stands in the document as the time it was made. */
  madeAt: number
}

export type CompileReply = { id: number; bytes: Uint8Array } | { id: number; error: string }

// Templates may read files below this folder and none above it.
const root = fileURLToPath(new URL('../../', import.meta.url))
const fonts = loadFonts()
const compiler = NodeCompiler.create({ workspace: root, fontArgs: [{ fontBlobs: fonts.blobs }] })

function compile({ template, data, madeAt }: CompileRequest): Uint8Array {
  // Data travels as JSON that the template reads; nothing is ever pasted into markup.
  const inputs = { data: JSON.stringify(printableValue(data, fonts)) }
  const compiled = compiler.compile({ mainFilePath: template, inputs })
  const document = compiled.result
  if (!document) throw new Error(describe(compiled.takeDiagnostics()?.shortDiagnostics))
  try {
    return new Uint8Array(compiler.pdf(document, { pdfStandard: 'ua-1', creationTimestamp: madeAt }))
  } finally {
    // The compiler remembers what it laid out; without this it would grow with every document.
    compiler.evictCache(5)
  }
}

/** The compiler's errors carry an empty message; what went wrong is in the diagnostics, or in `code`. */
const describe = (diagnostics: unknown): string => `the template does not compile: ${JSON.stringify(diagnostics)}`

parentPort!.on('message', (request: CompileRequest) => {
  let reply: CompileReply
  try {
    reply = { id: request.id, bytes: compile(request) }
  } catch (error) {
    const { message, code } = error as { message?: string; code?: string }
    reply = { id: request.id, error: message || code || 'unknown' }
  }
  parentPort!.postMessage(reply)
})
