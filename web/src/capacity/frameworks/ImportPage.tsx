import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import {
  applyFrameworkImport,
  getFramework,
  importPack,
  listElements,
  listFrameworks,
  listPacks,
  previewFramework,
  type FrameworkPreview,
} from 'luytre/capacity/frameworks/frameworks.api.ts'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FilePreview } from '#capacity/frameworks/FilePreview.tsx'
import classes from '#capacity/frameworks/frameworks.module.css'
import { ImportRefusal } from '#capacity/frameworks/ImportRefusal.tsx'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { ErrorState } from '#ui/ErrorState.tsx'
import { FileDrop } from '#ui/FileDrop.tsx'
import { Page } from '#ui/Page.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

export function ImportPage() {
  const { t } = useTranslation('frameworks')
  return (
    <Page title={t('import.title')} state={t('import.state')} isNarrow>
      <Packs />
      <FromFile />
    </Page>
  )
}

function Packs() {
  const { t } = useTranslation('frameworks')
  const translated = useTranslated()
  const packs = useQuery(queryFor(listPacks))
  const importing = useChange(importPack, [listPacks, listFrameworks])
  const busyKey = importing.isPending ? importing.variables.params.packKey : undefined
  return (
    <section className={classes.part} aria-labelledby="packs">
      <h2 id="packs">{t('import.packsTitle')}</h2>
      <p className={classes.quiet}>{t('import.packsText')}</p>
      {packs.error && <ErrorState error={packs.error} onRetry={() => void packs.refetch()} isInline />}
      {importing.error && <ImportRefusal problem={importing.error} />}
      {packs.data?.packs.map(pack => (
        <article key={pack.key} className={classes.card}>
          <div className={classes.cardHead}>
            <div>
              <h3>
                <TranslatedText text={pack.title} />
              </h3>
              <p className={classes.quiet}>{t('import.packVersion', { version: pack.version })}</p>
            </div>
            <div className={classes.row} aria-live="polite">
              {pack.frameworkId ? (
                <>
                  <StatusMark kind="good">{t('import.imported')}</StatusMark>
                  <ButtonLink to="/frameworks/$frameworkId" params={{ frameworkId: pack.frameworkId }} variant="default">
                    {t('import.open')}
                  </ButtonLink>
                </>
              ) : (
                <Button
                  aria-label={t('import.packImportNamed', { title: translated(pack.title) })}
                  loading={busyKey === pack.key}
                  onClick={() => importing.mutate({ params: { packKey: pack.key } })}
                >
                  {t('import.packImport')}
                </Button>
              )}
            </div>
          </div>
          <p>
            <TranslatedText text={pack.description} />
          </p>
        </article>
      ))}
    </section>
  )
}

function FromFile() {
  const { t } = useTranslation('frameworks')
  const [preview, setPreview] = useState<FrameworkPreview>()
  const reading = useChange(previewFramework)
  const applying = useChange(applyFrameworkImport, [listFrameworks, listPacks, getFramework, listElements])
  const fileName = reading.variables?.file?.name

  const read = (file: File): void => {
    setPreview(undefined)
    applying.reset()
    reading.mutate({ file }, { onSuccess: setPreview })
  }
  const again = (): void => {
    setPreview(undefined)
    reading.reset()
    applying.reset()
  }

  return (
    <section className={classes.part} aria-labelledby="from-file">
      <h2 id="from-file">{t('import.fileTitle')}</h2>
      <p className={classes.quiet}>{t('import.fileText')}</p>
      {!preview && (
        <FileDrop
          label={t('import.fileLabel')}
          endings={['json', 'xlsx']}
          limits={previewFramework.upload!}
          busyWith={reading.isPending ? fileName : undefined}
          onFile={read}
        />
      )}
      {reading.error && <ImportRefusal problem={reading.error} {...(fileName && { fileName })} />}
      {preview && (
        <FilePreview
          preview={preview}
          result={applying.data}
          problem={applying.error}
          isBusy={applying.isPending}
          onApply={() => applying.mutate({ params: { previewId: preview.previewId }, ifMatch: preview.version })}
          onAgain={again}
        />
      )}
    </section>
  )
}
