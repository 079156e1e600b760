import { Drawer } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Navigation } from '#shell/Navigation.tsx'
import { useOpensAfterMount } from '#ui/use-opens-after-mount.ts'

/** The navigation of narrow screens. */
export function NavigationDrawer({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Drawer
      opened={useOpensAfterMount(isOpen)}
      onClose={onClose}
      size={288}
      padding={0}
      styles={{ header: { padding: '8px 12px 8px 20px' } }}
      lockScroll={false}
      title={t('product')}
      closeButtonProps={{ 'aria-label': t('shell.closeNavigation') }}
    >
      <Navigation />
    </Drawer>
  )
}
