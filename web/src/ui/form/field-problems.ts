import type { Schema } from 'luytre/platform/http/endpoint.ts'
import type { ProblemField } from 'luytre/platform/http/problem.ts'

interface Declared {
  body?: Schema | undefined
  /** In the browser the schemas stand apart from the declaration (vite/declarations.ts). */
  loadBody?: () => Promise<Schema>
}

/** What an endpoint would refuse in `body`, in the codes of the server: said before anything is sent. */
export async function fieldProblems(endpoint: Declared, body: unknown): Promise<ProblemField[]> {
  try {
    const [schema, { problemsIn }] = await Promise.all([endpoint.body ?? endpoint.loadBody?.(), import('#ui/form/schema-problems.ts')])
    return schema ? problemsIn(schema, body) : []
  } catch {
    // The network broke before the schemas were there. The server checks everything again.
    return []
  }
}
