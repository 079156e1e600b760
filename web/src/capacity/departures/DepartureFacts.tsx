import type { Departure } from 'luytre/capacity/departures/departures.api.ts'
import { useTranslation } from 'react-i18next'
import { useFormat } from '#platform/i18n/use-language.ts'
import { Facts } from '#ui/Facts.tsx'

/** One decision: what, when, why, and who takes over from then on. */
export function DepartureFacts({ departure }: { departure: Departure }) {
  const { t } = useTranslation('departures')
  const format = useFormat()
  const { kind, happensOn, cause, note, supervisor, others } = departure
  return (
    <Facts
      facts={[
        { label: t('form.kind'), value: t(`kinds.${kind}`) },
        { label: t('form.happensOn'), value: format.date(happensOn) },
        ...(cause ? [{ label: t('form.cause'), value: t(`causes.${cause}`) }] : []),
        ...(note ? [{ label: t('form.note'), value: note }] : []),
        ...(supervisor ? [{ label: t('form.supervisor'), value: supervisor.name }] : []),
        ...others.map(one => ({
          label: t('form.otherSupervisor', { name: one.person.name }),
          value: one.supervisor ? one.supervisor.name : t('form.nobody'),
        })),
      ]}
    />
  )
}
