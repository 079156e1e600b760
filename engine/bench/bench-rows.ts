import { createHash } from 'node:crypto'

// A row a case, as every bench of this repository prints them, and the row by which machines and hours are compared.

export type BenchRow = Record<string, unknown> & { case: string }

export const rounded = (value: number, digits = 0): number => Number(value.toFixed(digits))

/** 100,000 chained SHA-256 in one thread: the median of five rounds. */
export function calibrateCpu(): BenchRow {
  const rounds = Array.from({ length: 5 }, () => {
    const start = performance.now()
    let text = ''
    for (let i = 0; i < 100_000; i++) text = createHash('sha256').update(text).digest('hex')
    return performance.now() - start
  })
  return { case: 'calibration-cpu-loop', medianMs: rounded(rounds.sort((one, other) => one - other)[2]!) }
}

export function printRow({ case: name, ...figures }: BenchRow): void {
  const told = Object.entries(figures).map(
    ([key, value]) => `${key} ${typeof value === 'number' ? value.toLocaleString('en') : String(value)}`,
  )
  console.log(`  ${name.padEnd(22)}  ${told.join('   ')}`)
}
