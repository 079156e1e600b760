import { Button, Group, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface ConfirmDialogProps {
  isOpen: boolean
  title: string
  /** What happens, and that it cannot be undone. */
  children: ReactNode
  /** Says what it does: "End all sessions", never "OK". */
  confirm: string
  /** Something is given, not lost: a signature. The button has the calm colour then. */
  isPromise?: boolean
  isBusy?: boolean
  onConfirm: () => void
  onClose: () => void
}

/** Only for what cannot be undone. Esc and the first focus do nothing. */
export function ConfirmDialog({ isOpen, title, children, confirm, isPromise, isBusy, onConfirm, onClose }: ConfirmDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('actions.close') }}>
      <div>{children}</div>
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('actions.cancel')}
        </Button>
        <Button {...(!isPromise && { color: 'red.9' })} loading={isBusy ?? false} onClick={onConfirm}>
          {confirm}
        </Button>
      </Group>
    </Modal>
  )
}
