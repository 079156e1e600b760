import { IconFileImport, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { listFrameworks, type FrameworkSummary } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/frameworks/frameworks.module.css'
import { useContents } from '#capacity/frameworks/kinds.ts'
import { LanguageStatus } from '#capacity/frameworks/LanguageStatus.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { useScope } from '#platform/session/session.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { DataList, type Column } from '#ui/DataList.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { Page } from '#ui/Page.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

export function FrameworksPage() {
  const { t } = useTranslation('frameworks')
  const format = useFormat()
  const translated = useTranslated()
  const contents = useContents()
  const mayImport = useScope('framework.import') !== undefined
  const frameworks = useQuery(queryFor(listFrameworks))
  const rows = frameworks.data?.frameworks

  const columns = useMemo<Column<FrameworkSummary>[]>(
    () => [
      { id: 'title', header: t('fields.title'), cell: row => <TranslatedText text={row.title} />, sortBy: row => translated(row.title) },
      { id: 'version', header: t('fields.version'), cell: row => row.version, sortBy: row => row.version },
      { id: 'publisher', header: t('fields.publisher'), cell: row => row.publisher, sortBy: row => row.publisher },
      { id: 'contents', header: t('fields.contents'), cell: row => contents(row.counts) },
      { id: 'languages', header: t('fields.languages'), cell: row => <LanguageStatus framework={row} /> },
      {
        id: 'licence',
        header: t('fields.licence'),
        cell: row => <span className={row.licence.includes(' ') ? undefined : classes.nowrap}>{row.licence}</span>,
      },
      {
        id: 'importedAt',
        header: t('fields.importedAt'),
        cell: row => format.instant(row.importedAt),
        sortBy: row => row.importedAt,
        isExtra: true,
      },
    ],
    [t, format, translated, contents],
  )
  const importButton = (
    <ButtonLink to="/frameworks/import" leftSection={<IconFileImport size={17} aria-hidden />}>
      {t('importAction')}
    </ButtonLink>
  )

  return (
    <Page
      title={t('title')}
      state={rows ? t('state', { count: rows.length }) : ' '}
      main={mayImport && rows?.length !== 0 && importButton}
      more={
        rows !== undefined &&
        rows.length > 0 && (
          <>
            <ButtonLink to="/frameworks/compare" variant="default">
              {t('compare.open')}
            </ButtonLink>
            <ButtonLink to="/frameworks/search" variant="default" leftSection={<IconSearch size={16} aria-hidden />}>
              {t('find.open')}
            </ButtonLink>
          </>
        )
      }
    >
      <DataList
        name="frameworks"
        label={t('title')}
        columns={columns}
        rows={rows}
        error={frameworks.error}
        onRetry={() => void frameworks.refetch()}
        rowId={row => row.id}
        rowLink={row => ({ to: '/frameworks/$frameworkId', params: { frameworkId: row.id } })}
        empty={
          <EmptyState
            title={t('empty.title')}
            text={t(mayImport ? 'empty.text' : 'empty.textForReader')}
            action={mayImport && importButton}
          />
        }
      />
    </Page>
  )
}
