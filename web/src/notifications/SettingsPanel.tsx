import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import {
  changeNotificationSettings,
  getNotificationSettings,
  type Delivery,
  type NotificationKind,
} from 'luytre/platform/notifications/notifications.api.ts'
import { useTranslation } from 'react-i18next'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { FormFrame } from '#ui/form/FormFrame.tsx'
import { SelectField } from '#ui/form/SelectField.tsx'
import { useForm } from '#ui/form/use-form.ts'
import { notifications } from '#ui/notifications.ts'
import { PanelSkeleton } from '#ui/PanelSkeleton.tsx'

const closeTo = { to: '/notifications' } as const
const deliveries = ['at-once', 'digest', 'none'] as const

/** What of it comes by mail. */
export function SettingsPanel() {
  const { t } = useTranslation('notifications')
  const settings = useQuery(queryFor(getNotificationSettings))
  if (settings.error && !settings.data) {
    return (
      <DetailPanel title={t('settings.title')} closeTo={closeTo}>
        <ErrorState error={settings.error} onRetry={() => void settings.refetch()} isInline />
      </DetailPanel>
    )
  }
  if (!settings.data) return <PanelSkeleton title={t('settings.title')} closeTo={closeTo} />
  return <SettingsForm settings={settings.data.settings} />
}

function SettingsForm({ settings }: { settings: readonly { kind: NotificationKind; delivery: Delivery }[] }) {
  const { t } = useTranslation('notifications')
  const navigate = useNavigate()
  const change = useChange(changeNotificationSettings, [getNotificationSettings])
  const form = useForm({
    initial: Object.fromEntries(settings.map(({ kind, delivery }) => [kind, delivery])) as Record<NotificationKind, Delivery>,
    submit: async values => {
      await change.mutateAsync({ body: { settings: settings.map(({ kind }) => ({ kind, delivery: values[kind] })) } })
      notifications.show({ message: t('settings.done') })
      await navigate(closeTo)
    },
  })
  return (
    <DetailPanel title={t('settings.title')} closeTo={closeTo}>
      <p>{t('settings.help')}</p>
      <FormFrame form={form} submit={t('settings.submit')} cancelTo={closeTo}>
        {settings.map(({ kind }) => (
          <SelectField
            key={kind}
            form={form}
            name={kind}
            label={t(`kinds.${kind}`)}
            choices={deliveries.map(value => ({ value, label: t(`settings.delivery.${value}`) }))}
          />
        ))}
      </FormFrame>
    </DetailPanel>
  )
}
