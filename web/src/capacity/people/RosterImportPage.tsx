import { Button } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { getRosterPreview, getRosterTemplate, previewRoster, rosterColumns } from 'luytre/capacity/people/people.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { useRosterTexts } from '#capacity/people/roster-texts.ts'
import { call } from '#platform/call/call.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { saveDownload } from '#platform/call/save-download.ts'
import { useLanguage } from '#platform/i18n/use-language.ts'
import { ErrorState } from '#ui/ErrorState.tsx'
import { FileDrop } from '#ui/FileDrop.tsx'
import { Page } from '#ui/Page.tsx'

/** First of two steps: a file goes in, its preview has an address of its own. */
export function RosterImportPage() {
  const { t } = useTranslation('people')
  const language = useLanguage()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { columnName } = useRosterTexts()
  const read = useChange(previewRoster)
  const [fileName, setFileName] = useState<string>()
  const [problem, setProblem] = useState<unknown>()

  const take = async (file: File): Promise<void> => {
    setFileName(file.name)
    setProblem(undefined)
    try {
      const preview = await read.mutateAsync({ file })
      queries.setQueryData(queryFor(getRosterPreview, { params: { previewId: preview.previewId } }).queryKey, preview)
      await navigate({
        to: '/roster-import/$previewId',
        params: { previewId: preview.previewId },
        search: preview.counts.refused > 0 ? { fate: 'refused' } : {},
      })
    } catch (error) {
      setProblem(error)
      setFileName(undefined)
    }
  }
  const download = async (): Promise<void> => {
    try {
      saveDownload(await call(getRosterTemplate, { query: { language } }))
    } catch (error) {
      setProblem(error)
    }
  }

  return (
    <Page
      title={t('roster.title')}
      state={t('roster.state')}
      isNarrow
      more={
        <Button variant="default" leftSection={<IconDownload size={17} aria-hidden />} onClick={() => void download()}>
          {t('roster.template')}
        </Button>
      }
    >
      {problem !== undefined && <ErrorState error={problem} isInline />}
      <FileDrop
        label={t('roster.fileLabel')}
        endings={['xlsx', 'csv', 'txt']}
        limits={previewRoster.upload ?? { maxBytes: 0 }}
        busyWith={fileName}
        onFile={file => void take(file)}
      />
      <section className={classes.hints}>
        <h2>{t('roster.columnsTitle')}</h2>
        <p>{t('roster.columnsText')}</p>
        <ul className={classes.columns}>
          {rosterColumns.map(column => (
            <li key={column}>{columnName(column)}</li>
          ))}
        </ul>
        <p>{t('roster.encodings')}</p>
        <p>{t('roster.noSecrets')}</p>
      </section>
    </Page>
  )
}
