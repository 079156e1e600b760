import { z } from 'zod'
import { endpoint } from '#platform/http/endpoint.ts'
import { uuid } from '#platform/http/uuid.ts'
import { frameworkElement } from './frameworks.api.ts'

// Which role reports to which, as a framework states it.

export const chainRole = frameworkElement.pick({ id: true, code: true, name: true }).extend({ reportsToId: uuid.nullable() })
export type ChainRole = z.infer<typeof chainRole>

export const getReportingChain = endpoint({
  name: 'getReportingChain',
  method: 'GET',
  path: '/frameworks/:frameworkId/reporting-chain',
  summary: 'The roles of a framework with the role that each reports to',
  needs: 'framework.read',
  changes: [],
  reads: [],
  returns: z.strictObject({
    /** Every role that reports to another or is reported to, in the framework's order. */
    roles: z.array(chainRole),
    /** Roles of the framework that the chain says nothing of. */
    outside: z.array(chainRole),
  }),
})
