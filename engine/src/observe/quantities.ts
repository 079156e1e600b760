// Numbers for people who are in a hurry: three digits and a prefix.

const prefixes = ['', 'k', 'M', 'G', 'T', 'P'] as const

/** `0`, `7`, `999`, `1.23 k`, `45.6 M`: of what is at least 1, three digits; what is no number is 0. */
export function formatCount(value: number): string {
  if (!(value >= 0.5)) return '0'
  let [scaled, power] = [value, 0]
  // 999.6 would be written as 1000.
  while (scaled >= 999.5 && power < prefixes.length - 1) {
    scaled /= 1000
    power++
  }
  if (power === 0) return String(Math.round(scaled))
  const digits = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2
  return `${scaled.toFixed(digits)} ${prefixes[power]}`
}

/** `1.23 Gbit/s`; before a unit that has no prefixes, `87 packets/s` and `1.23 k packets/s`. */
export function formatRate(value: number, unit: string): string {
  const count = formatCount(value)
  return unit === 'bit/s' && count.includes(' ') ? `${count}${unit}` : `${count} ${unit}`
}

/** `03:12:44 UTC`. */
export const formatClock = (ms: number): string => {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  return `${two((ms / 3_600_000) % 24)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)} UTC`
}

/** `0:07`, `12:03`, `3:12:03`, `2 d 03 h`. */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60]
  if (days > 0) return `${days} d ${two(hours)} h`
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}
