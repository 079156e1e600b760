import { defineConfig } from 'vitest/config'

// Each file has a database and directories of its own, so two run at once, also where Vitest would leave a core free.
const together = { pool: 'forks', maxWorkers: 2 } as const satisfies object

const server = {
  ...together,
  root: 'server',
  globalSetup: ['test/postgres.setup.ts'] as string[],
  testTimeout: 60_000,
  hookTimeout: 120_000,
} as const satisfies object

// A browser, a server and a database in every file: one after the other, beside nothing else.
const alone = { root: '.', globalSetup: [] as string[], fileParallelism: false } as const satisfies object

export default defineConfig({
  test: {
    projects: [
      {
        test: { ...together, name: 'engine', root: 'engine', include: ['{src,bin,test,fuzz}/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        // On the published reference data, as below.
        test: { ...together, name: 'engine-conformance', root: 'engine', include: ['test/**/*.conformance.ts'], testTimeout: 60_000 },
      },
      {
        test: { ...server, name: 'server', include: ['src/**/*.test.ts', 'test/**/*.test.ts'] },
      },
      {
        // On the published reference data, which is not part of the repository.
        test: { ...server, name: 'conformance', include: ['test/**/*.conformance.ts'] },
      },
      {
        test: { ...server, ...alone, name: 'conformance-journeys', include: ['journeys/**/*.conformance.ts'], testTimeout: 600_000 },
      },
      {
        // Kills servers and databases; on demand, and a few rounds in CI.
        test: { ...server, name: 'crash', include: ['test/**/*.crash.ts'], globalSetup: [] as string[], testTimeout: 3_600_000 },
      },
      {
        // Every page of the router in every language, under axe.
        test: { ...server, ...alone, name: 'pages', include: ['journeys/**/*.pages.ts'], testTimeout: 1_800_000 },
      },
      {
        // People's journeys in a real browser against a real server.
        test: { ...server, ...alone, name: 'journeys', include: ['journeys/**/*.journey.ts'], testTimeout: 300_000 },
      },
      {
        test: { ...together, name: 'scripts', root: '.', include: ['scripts/**/*.test.ts'] },
      },
      {
        test: { ...together, name: 'web', root: 'web', include: ['src/**/*.test.{ts,tsx}'] },
      },
    ],
  },
})
