import { z } from 'zod'
import type { AnyEndpoint, Schema } from './endpoint.ts'

// The OpenAPI 3.1 description, written from the declarations, so that it cannot disagree with the server.

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; the texts of a client hang on it.' },
    detail: { type: 'string', description: 'In a language of Accept-Language: vi, en or ja.' },
    params: { type: 'object' },
    fields: {
      type: 'array',
      items: { type: 'object', properties: { path: { type: 'string' }, code: { type: 'string' }, params: { type: 'object' } } },
    },
    current: { description: 'With 412: the record as it is now.' },
  },
}

const jsonSchema = (schema: Schema, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Record<string, unknown>
  return rest
}

function parametersOf(endpoint: AnyEndpoint): unknown[] {
  const parameters: unknown[] = [...endpoint.path.matchAll(/:(\w+)/g)].map(match => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: match[1]?.endsWith('Id') ? { type: 'string', format: 'uuid' } : { type: 'string', maxLength: 100 },
  }))
  if (endpoint.query) {
    const { properties = {}, required = [] } = jsonSchema(endpoint.query, 'input') as {
      properties?: Record<string, unknown>
      required?: string[]
    }
    for (const [name, schema] of Object.entries(properties))
      parameters.push({ name, in: 'query', required: required.includes(name), schema })
  }
  if (endpoint.upload) parameters.push({ name: 'fileName', in: 'query', required: true, schema: { type: 'string', maxLength: 255 } })
  if (endpoint.versioned)
    parameters.push({ name: 'If-Match', in: 'header', required: true, description: 'Version that was read.', schema: { type: 'string' } })
  if (endpoint.method === 'POST' && !endpoint.upload)
    parameters.push({ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', minLength: 8, maxLength: 100 } })
  return parameters
}

function operationOf(endpoint: AnyEndpoint): Record<string, unknown> {
  const operation: Record<string, unknown> = {
    operationId: endpoint.name,
    summary: endpoint.summary,
    'x-permission': endpoint.needs,
    'x-ledger-verbs': endpoint.changes,
    security: endpoint.needs === 'public' ? [] : [{ session: [] }],
    parameters: parametersOf(endpoint),
    responses: {
      ...(endpoint.returns === undefined
        ? { 204: { description: 'Done' } }
        : {
            200: {
              description: 'Done',
              content:
                endpoint.returns === 'file'
                  ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
                  : { 'application/json': { schema: jsonSchema(endpoint.returns, 'output') } },
            },
          }),
      default: { description: 'Refused', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
    },
  }
  if (endpoint.body)
    operation['requestBody'] = { required: true, content: { 'application/json': { schema: jsonSchema(endpoint.body, 'input') } } }
  if (endpoint.upload) {
    operation['requestBody'] = {
      required: true,
      content: Object.fromEntries(endpoint.upload.contentTypes.map(type => [type, { schema: { type: 'string', format: 'binary' } }])),
    }
  }
  return operation
}

export function describeApi(endpoints: readonly AnyEndpoint[], version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const endpoint of endpoints) {
    const path = `/api/v1${endpoint.path.replaceAll(/:(\w+)/g, '{$1}')}`
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Lũy Tre', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: 'luytre_session' } },
    },
  }
}
