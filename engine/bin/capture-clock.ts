// The time of a capture's packets as detection takes it: it does not go back where packets of several interfaces, or of clocks
// that are seconds apart, come mixed. A packet from before counts when it is met; only if those that follow are from before
// too was the clock set back.

/** As far apart as a capture's interfaces usually write their packets. */
const usualBackMs = 5000
/** Packets from before in a row; between two clocks one of the other sort comes sooner. */
const mostBehind = 64

export interface CaptureClock {
  /** The time at which a packet of this time counts. */
  read(packetMs: number): number
  /** NaN before the first packet. */
  readonly firstMs: number
  readonly latestMs: number
  /** Packets from more than five seconds before. */
  readonly behind: number
}

export function createCaptureClock(): CaptureClock {
  let [firstMs, latestMs, behind, inRow] = [NaN, NaN, 0, 0]
  return {
    get firstMs() {
      return firstMs
    },
    get latestMs() {
      return latestMs
    },
    get behind() {
      return behind
    },
    read(packetMs) {
      if (Number.isNaN(firstMs)) firstMs = latestMs = packetMs
      else if (packetMs >= latestMs - usualBackMs) {
        inRow = 0
        if (packetMs > latestMs) latestMs = packetMs
      } else {
        behind++
        if (++inRow > mostBehind) {
          inRow = 0
          latestMs = packetMs
        }
      }
      return latestMs
    },
  }
}
