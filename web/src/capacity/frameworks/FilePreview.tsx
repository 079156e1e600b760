import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { listFrameworks, type FrameworkPreview } from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { FrameworkFacts } from '#capacity/frameworks/AboutFramework.tsx'
import classes from '#capacity/frameworks/frameworks.module.css'
import { ImportRefusal } from '#capacity/frameworks/ImportRefusal.tsx'
import type { CallProblem } from '#platform/call/call-problem.ts'
import { queryFor } from '#platform/call/query-for.ts'
import { textOf, type TextKey } from '#platform/i18n/text-key.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

interface FilePreviewProps {
  preview: FrameworkPreview
  result: { frameworkId: string; fate: 'new' | 'already-imported' } | undefined
  problem: CallProblem | null
  isBusy: boolean
  onApply: () => void
  onAgain: () => void
}

/** What a file holds and what its import would do; then what it did. */
export function FilePreview({ preview, result, problem, isBusy, onApply, onAgain }: FilePreviewProps) {
  const { t } = useTranslation('frameworks')
  const translated = useTranslated()
  const { framework, fate, notes } = preview
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const frameworks = useQuery({ ...queryFor(listFrameworks), enabled: fate === 'already-imported' })
  const before = frameworks.data?.frameworks.find(
    one => one.publisher === framework.publisher && one.key === framework.key && one.version === framework.version,
  )
  const importedId = result?.frameworkId ?? before?.id
  const named = { title: translated(framework.title), version: framework.version }

  return (
    <article className={classes.card} aria-labelledby="preview">
      <div className={classes.cardHead}>
        <div>
          <p className={classes.quiet}>{t('import.previewTitle', { fileName: preview.fileName })}</p>
          <h3 id="preview" ref={heading} tabIndex={-1} data-quiet-focus>
            <TranslatedText text={framework.title} />
          </h3>
        </div>
        {result ? (
          <StatusMark kind="good">{t('import.imported')}</StatusMark>
        ) : (
          <StatusMark kind={fate === 'new' ? 'attention' : 'good'}>{t(`import.fate.${fate}`)}</StatusMark>
        )}
      </div>
      {problem && <ImportRefusal problem={problem} fileName={preview.fileName} />}
      <p role="status" className={result || fate === 'already-imported' ? undefined : 'visually-hidden'}>
        {result
          ? t(result.fate === 'new' ? 'import.done' : 'import.doneBefore', named)
          : fate === 'already-imported' && t('import.alreadyText')}
      </p>
      <div className={classes.row}>
        {!result && fate === 'new' && (
          <Button loading={isBusy} onClick={onApply}>
            {t('import.apply')}
          </Button>
        )}
        {importedId && (
          <ButtonLink to="/frameworks/$frameworkId" params={{ frameworkId: importedId }}>
            {t('import.open')}
          </ButtonLink>
        )}
        <Button variant="default" onClick={onAgain} disabled={isBusy}>
          {t('import.another')}
        </Button>
      </div>
      <FrameworkFacts framework={framework} />
      <section className={classes.part}>
        <h3>{t('import.notesTitle')}</h3>
        {notes.length === 0 && <p>{t('import.noNotes')}</p>}
        <ul className={classes.notes}>
          {notes.map(note => (
            <li key={`${note.code} ${JSON.stringify(note.params)}`}>{noteText(note)}</li>
          ))}
        </ul>
      </section>
    </article>
  )
}

// The codes come from the server, which also writes the texts.
const noteText = ({ code, params }: FrameworkPreview['notes'][number]): string => textOf(`frameworks:notes.${code}` as TextKey, params)
