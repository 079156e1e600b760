import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

test('without settings everything has a default', () => {
  expect(readConfig({ PATH: '/bin' })).toMatchObject({ port: 8080, host: '127.0.0.1', logLevel: 'info', trustedProxies: [] })
})

test('every problem is named at once, a misspelt setting among them', () => {
  try {
    readConfig({ LUYTRE_PORT: 'eighty', LUYTRE_PUBLIC_URL: 'nowhere', LUYTRE_PROT: '1' })
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).problems.map(problem => problem.split(':')[0])).toEqual([
      'LUYTRE_PROT',
      'LUYTRE_PORT',
      'LUYTRE_PUBLIC_URL',
    ])
  }
})

test('an empty variable counts as not set', () => {
  expect(readConfig({ LUYTRE_DATABASE_URL: '' }).databaseUrl).toBeUndefined()
})

test.each([
  ['https://luytre.example', 'https://luytre.example'],
  ['https://luytre.example/', 'https://luytre.example'],
  ['https://Luytre.Example:443/', 'https://luytre.example'],
  ['http://192.0.2.7:8080', 'http://192.0.2.7:8080'],
])('the public address %s is the origin %s', (given, origin) => {
  expect(readConfig({ LUYTRE_PUBLIC_URL: given }).publicUrl).toBe(origin)
})

test.each(['https://luytre.example/capacity', 'https://luytre.example/?a', 'https://luytre.example/#a', 'https://a:b@luytre.example'])(
  'a public address with more than an origin is refused: %s',
  given => {
    expect(() => readConfig({ LUYTRE_PUBLIC_URL: given })).toThrow('LUYTRE_PUBLIC_URL')
  },
)
