import { Modal } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { textOf } from '#platform/i18n/text-key.ts'
import type { ListedPage } from '#shell/pages.ts'
import { PaletteList } from '#shell/PaletteList.tsx'
import { useOpensAfterMount } from '#ui/use-opens-after-mount.ts'

export function PaletteDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation(['search', 'common'])
  /** What is to be done for a person that is chosen next. */
  const [action, setAction] = useState<ListedPage>()
  const close = (): void => {
    setAction(undefined)
    onClose()
  }
  return (
    <Modal
      opened={useOpensAfterMount(isOpen)}
      onClose={close}
      title={action?.action ? t('actionFor', { action: textOf(action.action) }) : t('title')}
      size={640}
      centered={false}
      yOffset="10vh"
      lockScroll={false}
      transitionProps={{ duration: 0 }}
      closeButtonProps={{ 'aria-label': t('common:actions.close') }}
    >
      <PaletteList key={action?.to} action={action} onAction={setAction} onDone={close} />
    </Modal>
  )
}
