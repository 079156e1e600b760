import type { CreateConsumer } from '#source/flow-pipeline.ts'

// Counts packets, bytes and flows of each IPv4 and IPv6 destination in 32 bytes, one cache line, and forgets nothing: what a
// bench of receiving alone does with flows.

const slotBits = 17

export const createConsumer: CreateConsumer = () => {
  const slots = 2 ** slotBits
  const words = new Uint32Array(slots * 8)
  const sums = new Float64Array(words.buffer)
  return {
    take(batch) {
      const { family, destination, packets, bytes, length } = batch
      for (let row = 0; row < length; row++) {
        const at = row * 4
        let key = destination[at]!
        if (family[row] === 6) key = Math.imul(key ^ Math.imul(destination[at + 2]!, 0x85eb_ca6b), 0xc2b2_ae35) ^ destination[at + 3]!
        key = key >>> 0 || 1
        let slot = Math.imul(key, 0x9e37_79b1) >>> (32 - slotBits)
        let word = slot << 3
        for (let tries = 0; words[word] !== key && words[word] !== 0 && tries < 64; tries++) {
          slot = (slot + 1) & (slots - 1)
          word = slot << 3
        }
        words[word] = key
        const sum = word >>> 1
        sums[sum + 1]! += packets[row]!
        sums[sum + 2]! += bytes[row]!
        words[word + 6]!++
      }
    },
  }
}
