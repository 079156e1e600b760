import type { CreateConsumer } from '#source/flow-pipeline.ts'

/** For tests of the collector: tells what it took, fails when it is told to, and answers what it is asked. */
export const createConsumer: CreateConsumer = ({ worker, workers, options, exporters, post }) => {
  const { failOnFlow = false, total } = options as { failOnFlow?: boolean; total?: SharedArrayBuffer }
  const sum = total && new Float64Array(total)
  post({ made: worker, workers })
  return {
    take(batch) {
      if (failOnFlow) throw new Error('told to fail')
      for (let row = 0; row < batch.length; row++) {
        if (sum) sum[worker]! += batch.bytes[row]!
        post({ worker, exporter: exporters.addressOf(batch.exporter[row]!), bytes: batch.bytes[row] })
      }
    },
    onMessage: message => post({ worker, answer: message }),
    stop: () => post({ stopped: worker }),
  }
}
