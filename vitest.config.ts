import { defineConfig } from 'vitest/config'

const server = {
  root: 'server',
  globalSetup: ['test/postgres.setup.ts'] as string[],
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const satisfies object

export default defineConfig({
  test: {
    projects: [
      {
        test: { ...server, name: 'server', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
      },
      {
        // On the published reference data, which is not part of the repository.
        test: { ...server, name: 'conformance', include: ['test/**/*.conformance.ts'] },
      },
      {
        test: {
          ...server,
          name: 'conformance-journeys',
          root: '.',
          include: ['journeys/**/*.conformance.ts'],
          globalSetup: [] as string[],
          testTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        // Kills servers and databases; on demand, and a few rounds in CI.
        test: { ...server, name: 'crash', include: ['test/**/*.crash.ts'], globalSetup: [] as string[], testTimeout: 3_600_000 },
      },
      {
        // Every page of the router in every language, under axe.
        test: {
          ...server,
          name: 'pages',
          root: '.',
          include: ['journeys/**/*.pages.ts'],
          globalSetup: [] as string[],
          testTimeout: 900_000,
          fileParallelism: false,
        },
      },
      {
        // People's journeys in a real browser against a real server.
        test: {
          ...server,
          name: 'journeys',
          root: '.',
          include: ['journeys/**/*.journey.ts'],
          globalSetup: [] as string[],
          testTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: { name: 'scripts', root: '.', include: ['scripts/**/*.test.ts'], pool: 'forks' },
      },
      {
        test: { name: 'web', root: 'web', include: ['src/**/*.test.{ts,tsx}'], pool: 'forks' },
      },
    ],
  },
})
