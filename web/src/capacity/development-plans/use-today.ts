import { useMe } from '#platform/session/session.ts'

/** The authority's day, `2026-04-01`, whatever the zone of the device. */
export function useToday(): string {
  const { timeZone } = useMe().organisation
  // The Swedish locale writes ISO 8601 dates.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date())
}
