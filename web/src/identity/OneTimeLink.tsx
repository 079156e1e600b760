import { Button, CopyButton, TextInput } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Notice } from '#ui/Notice.tsx'

/** A link that is shown once, to be handed over. It lives in the component only: no cache, no address, no log. */
export function OneTimeLink({ name, link, onDone }: { name: string; link: string; onDone: () => void }) {
  const { t } = useTranslation(['identity', 'common'])
  return (
    <Notice kind="good" title={t('link.title', { name })}>
      <p style={{ marginBottom: 12 }}>{t('link.text')}</p>
      <TextInput
        label={t('link.label')}
        value={link}
        readOnly
        onFocus={event => event.currentTarget.select()}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
      />
      <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8, marginTop: 12 }}>
        <CopyButton value={link} timeout={4000}>
          {({ copied, copy }) => (
            <Button leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />} onClick={copy}>
              {copied ? t('common:actions.copied') : t('common:actions.copy')}
            </Button>
          )}
        </CopyButton>
        <Button variant="default" onClick={onDone}>
          {t('link.done')}
        </Button>
      </div>
    </Notice>
  )
}
