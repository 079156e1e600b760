import { describe, expect, test } from 'vitest'
import { permissions } from '#platform/permissions/permissions.ts'
import { createTestDatabase } from '../kit.ts'
import { makeTestServer } from '../http-kit.ts'

// The OpenAPI 3.1 document: complete, and sound by the rules that its readers stumble over.

const server = await makeTestServer(await createTestDatabase())
const { endpoints } = server.http
const { status, body: document } = await server.send({ method: 'GET', url: '/api/openapi.json' })

interface Operation {
  operationId: string
  summary: string
  'x-permission': string
  'x-ledger-verbs': string[]
  security: Record<string, string[]>[]
  parameters: { name: string; in: string; required: boolean; schema: object }[]
  requestBody?: { required: boolean; content: Record<string, { schema: object }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>
}

const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, name: operation.operationId })),
)

test('it is there for everybody', () => {
  expect(status).toBe(200)
  expect(document.openapi).toBe('3.1.0')
  expect(document.info).toEqual({ title: 'Lũy Tre', version: 'test', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } })
})

test('it lists every endpoint once, with what it needs and changes', () => {
  const listed = operations.map(({ path, method, operation }) => [
    method.toUpperCase(),
    path,
    operation.operationId,
    operation['x-permission'],
    operation['x-ledger-verbs'],
  ])
  const declared = endpoints.map(({ method, path, name, needs, changes }) => [
    method,
    `/api/v1${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    name,
    needs,
    changes,
  ])
  expect(new Set(listed.map(line => JSON.stringify(line)))).toEqual(new Set(declared.map(line => JSON.stringify(line))))
  expect(listed).toHaveLength(declared.length)
  expect(new Set(operations.map(({ name }) => name)).size).toBe(operations.length)
  for (const { operation } of operations) expect([...permissions, 'public']).toContain(operation['x-permission'])
})

test('it is a page to read, too: every operation, and nothing that runs', async () => {
  const page = await server.http.app.inject({ method: 'GET', url: '/api/docs' })
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
  const [, nonce] = /style-src 'nonce-([\w-]+)'/.exec(String(page.headers['content-security-policy']))!
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
  expect(page.body).toContain(`<style nonce="${nonce}">`)
  expect(page.body).not.toMatch(/<script|\son\w+=|style="/)
  const anchors = [...page.body.matchAll(/<details id="(\w+)">/g)].map(match => String(match[1]))
  expect(anchors.toSorted()).toEqual(operations.map(({ name }) => name).toSorted())
  // Regular expressions and choices in schemas hold signs of HTML.
  expect(
    page.body
      .replaceAll(/<\/?[a-z][a-z\d]*(?: [a-z-]+="[^"<>]*")*>/g, '')
      .replace('<!doctype html>', '')
      .replace(/:root\{[^<]*/, ''),
  ).not.toMatch(/[<>]/)
})

describe('each operation', () => {
  test.each(operations)('$name', ({ path, method, operation }) => {
    const endpoint = endpoints.find(({ name }) => name === operation.operationId)!
    expect(operation.summary.length).toBeGreaterThan(5)
    expect(operation.security).toEqual(endpoint.needs === 'public' ? [] : [{ session: [] }])

    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1])
    const ofKind = (kind: string) => operation.parameters.filter(parameter => parameter.in === kind)
    expect(ofKind('path').map(({ name }) => name)).toEqual(inPath)
    for (const { required } of ofKind('path')) expect(required).toBe(true)
    expect(new Set(operation.parameters.map(parameter => `${parameter.in} ${parameter.name}`)).size).toBe(operation.parameters.length)
    expect(ofKind('header').some(({ name }) => name === 'If-Match')).toBe(endpoint.versioned === true)

    expect(Boolean(operation.requestBody)).toBe(Boolean(endpoint.body ?? endpoint.upload))
    if (['get', 'delete'].includes(method)) expect(operation.requestBody).toBeUndefined()
    expect(Object.keys(operation.responses)).toEqual([endpoint.returns === undefined ? '204' : '200', 'default'])
    expect(Object.keys(operation.responses['default']!.content!)).toEqual(['application/problem+json'])
    for (const response of Object.values(operation.responses)) expect(response.description).not.toBe('')
  })
})

describe('each schema', () => {
  const schemas = operations.flatMap(({ name, operation }) => [
    ...operation.parameters.map(parameter => ({ name: `${name} ${parameter.name}`, schema: parameter.schema })),
    ...Object.entries(operation.requestBody?.content ?? {}).map(([type, { schema }]) => ({ name: `${name} takes ${type}`, schema })),
    ...Object.entries(operation.responses).flatMap(([code, { content = {} }]) =>
      Object.entries(content).map(([type, { schema }]) => ({ name: `${name} answers ${code} ${type}`, schema })),
    ),
  ])

  /** Every object of a document, with where it stands. */
  function* nodes(value: unknown, place: string): Generator<[string, Record<string, unknown>]> {
    if (typeof value !== 'object' || value === null) return
    if (!Array.isArray(value)) yield [place, value as Record<string, unknown>]
    for (const [key, inner] of Object.entries(value)) yield* nodes(inner, `${place}/${key}`)
  }

  test('points only at what is in the document', () => {
    for (const [place, node] of nodes(document, '#')) {
      if (typeof node['$ref'] !== 'string') continue
      const target = node['$ref']
        .split('/')
        .slice(1)
        .reduce((at: any, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')], document)
      expect(target, `${place} → ${node['$ref']}`).toBeTypeOf('object')
    }
  })

  test('has a type that JSON Schema 2020-12 knows, and bounds that are no contradiction', () => {
    const types = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']
    for (const { name, schema } of schemas) {
      for (const [place, node] of nodes(schema, name)) {
        if (place.endsWith('/properties')) continue
        if (typeof node['type'] === 'string') expect(types, place).toContain(node['type'])
        if (node['type'] === 'array') expect(node['items'] ?? node['prefixItems'], place).toBeDefined()
        for (const [least, most] of [
          ['minimum', 'maximum'],
          ['minLength', 'maxLength'],
          ['minItems', 'maxItems'],
        ] as const) {
          if (typeof node[least] === 'number' && typeof node[most] === 'number') expect(node[least], place).toBeLessThanOrEqual(node[most])
        }
        const { required, properties } = node
        if (Array.isArray(required) && properties) for (const key of required) expect(Object.keys(properties), place).toContain(key)
        for (const inner of Object.values(node)) expect(inner, place).not.toBeUndefined()
      }
    }
  })

  test('of a request refuses unknown fields', () => {
    for (const { name, operation } of operations) {
      for (const { schema } of Object.values(operation.requestBody?.content ?? {})) {
        for (const [place, node] of nodes(schema, name)) {
          if (node['type'] === 'object' && node['properties']) expect(node['additionalProperties'], place).toBe(false)
        }
      }
    }
  })

  test('of a request bounds every text and every list', () => {
    for (const { name, operation } of operations) {
      const inputs = [
        ...operation.parameters.map(parameter => parameter.schema),
        ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
      ]
      for (const [place, node] of inputs.flatMap(schema => [...nodes(schema, name)])) {
        if (place.endsWith('/properties')) continue
        const isBoundText = ['maxLength', 'enum', 'const', 'format', 'pattern'].some(key => key in node)
        if (node['type'] === 'string' && !place.includes('/If-Match'))
          expect(isBoundText || place === name, `${place} is unbound`).toBe(true)
        if (node['type'] === 'array') expect(node['maxItems'], `${place} is unbound`).toBeTypeOf('number')
      }
    }
  })
})
