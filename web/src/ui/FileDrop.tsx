import { Loader } from '@mantine/core'
import { IconFileUpload } from '@tabler/icons-react'
import type { UploadLimits } from 'luytre/platform/http/endpoint.ts'
import { useId, useState, type DragEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '#platform/i18n/use-language.ts'
import classes from '#ui/FileDrop.module.css'

interface FileDropProps {
  label: string
  /** Endings without the point: `['xlsx', 'csv']`. */
  endings: readonly string[]
  limits: Pick<UploadLimits, 'maxBytes'>
  /** Name of the file that is being read. */
  busyWith?: string | undefined
  onFile: (file: File) => void
}

/** A file by dropping or choosing; what the server would refuse for its size or ending is said before it is sent. */
export function FileDrop({ label, endings, limits, busyWith, onFile }: FileDropProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const [isOver, setIsOver] = useState(false)
  const [error, setError] = useState<string>()
  const helpId = useId()

  const megabytes = (bytes: number): string =>
    format.number(bytes / 1_000_000, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 })
  const types = endings.map(ending => `.${ending}`).join(', ')

  const take = (file: File | undefined): void => {
    if (!file) return
    const ending = file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase()
    if (!endings.includes(ending)) return setError(t('file.wrongType', { types }))
    if (file.size > limits.maxBytes) return setError(t('file.tooLarge', { size: megabytes(file.size), limit: megabytes(limits.maxBytes) }))
    setError(undefined)
    onFile(file)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setIsOver(false)
    take(event.dataTransfer.files[0])
  }

  return (
    <label
      className={classes.drop}
      data-over={isOver || undefined}
      onDragOver={event => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      <input
        className={classes.input}
        type="file"
        aria-label={label}
        aria-describedby={helpId}
        accept={types}
        disabled={busyWith !== undefined}
        onChange={event => {
          take(event.currentTarget.files?.[0])
          // So that the same file can be chosen again after it was mended.
          event.currentTarget.value = ''
        }}
      />
      {busyWith === undefined ? <IconFileUpload size={28} stroke={1.5} aria-hidden /> : <Loader size={28} />}
      <span aria-live="polite">
        {busyWith === undefined ? (
          <>
            {t('file.drop')} <span className={classes.choose}>{t('file.choose')}</span>
          </>
        ) : (
          t('file.reading', { name: busyWith })
        )}
      </span>
      <span id={helpId} className={classes.help}>
        {t('file.accepted', { types, size: megabytes(limits.maxBytes) })}
      </span>
      {error && (
        <span className={classes.error} role="alert">
          {error}
        </span>
      )}
    </label>
  )
}
