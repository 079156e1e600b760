import { endpoint } from '#platform/http/endpoint.ts'

/** An endpoint that takes a small file and belongs to no area: for tests of what every request goes through. */
export const probe = endpoint({
  name: 'probe',
  method: 'POST',
  path: '/probe',
  summary: 'A file',
  needs: 'roster.import',
  changes: [],
  upload: { maxBytes: 100, contentTypes: ['text/plain'] },
})
