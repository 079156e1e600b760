import { Button, Menu } from '@mantine/core'
import { IconDownload, IconGridDots, IconTable } from '@tabler/icons-react'
import type { Download } from 'luytre/platform/http/endpoint.ts'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CallProblem } from '#platform/call/call-problem.ts'
import { problemText } from '#platform/call/problem-text.ts'
import { saveDownload } from '#platform/call/save-download.ts'
import { notifications } from '#ui/notifications.ts'

interface MapToolsProps {
  isTable: boolean
  onToggle: () => void
  fetchFile: (format: 'csv' | 'xlsx') => Promise<Download>
}

/** The table behind the picture, one key away, and the picture as a spreadsheet. */
export function MapTools({ isTable, onToggle, fetchFile }: MapToolsProps) {
  const { t } = useTranslation('needs')
  const [isBusy, setIsBusy] = useState(false)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping = event.target instanceof Element && event.target.closest('input, textarea, select, [role="dialog"], [role="menu"]')
      if (event.key !== 't' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return
      onToggle()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [onToggle])

  const save = async (format: 'csv' | 'xlsx'): Promise<void> => {
    setIsBusy(true)
    try {
      saveDownload(await fetchFile(format))
    } catch (error) {
      if (!(error instanceof CallProblem)) throw error
      notifications.show({ message: problemText(error), color: 'red' })
    } finally {
      setIsBusy(false)
    }
  }
  return (
    <>
      <Button
        variant="default"
        onClick={onToggle}
        aria-keyshortcuts="t"
        leftSection={isTable ? <IconGridDots size={16} aria-hidden /> : <IconTable size={16} aria-hidden />}
      >
        {t(isTable ? 'map.asPicture' : 'map.asTable')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" loading={isBusy} leftSection={<IconDownload size={16} aria-hidden />}>
            {t('map.export')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void save('xlsx')}>{t('map.xlsx')}</Menu.Item>
          <Menu.Item onClick={() => void save('csv')}>{t('map.csv')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  )
}
