import { useState } from 'react'
import { useMe } from '#platform/session/session.ts'

/** The authority's day when the page was opened, `2026-04-01`, whatever the zone of the device. */
export function useToday(): string {
  const { timeZone } = useMe().organisation
  // The Swedish locale writes ISO 8601 dates.
  const [today] = useState(() => new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(new Date()))
  return today
}
