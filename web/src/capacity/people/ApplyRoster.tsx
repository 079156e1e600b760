import { Button, Checkbox } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { applyRoster, getRosterPreview, type RosterPreview } from 'luytre/capacity/people/people.api.ts'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import classes from '#capacity/people/people.module.css'
import { RosterUnderWay } from '#capacity/people/RosterUnderWay.tsx'
import { staleAfterPeopleChange } from '#capacity/stale-after.ts'
import { queryFor, useChange } from '#platform/call/query-for.ts'
import { ErrorState } from '#ui/ErrorState.tsx'

const askAfterMs = 1_500

/** The decision on a preview. Refused rows are left out only by somebody who says so. */
export function ApplyRoster({ preview }: { preview: RosterPreview }) {
  const { t } = useTranslation('people')
  const queries = useQueryClient()
  const apply = useChange(applyRoster, staleAfterPeopleChange)
  const [leavesOut, setLeavesOut] = useState(false)
  const [isMissing, setIsMissing] = useState(false)
  const box = useRef<HTMLInputElement>(null)
  const { create, update, refused } = preview.counts
  const count = create + update

  // Stays mounted meanwhile: what the change ends with belongs here.
  if (preview.status === 'applying') return <RosterUnderWay preview={preview} />
  if (count === 0) return <p className={classes.apply}>{t('roster.nothingToDo')}</p>
  const send = async (): Promise<void> => {
    if (refused > 0 && !leavesOut) {
      setIsMissing(true)
      box.current?.focus()
      return
    }
    const { queryKey } = queryFor(getRosterPreview, { params: { previewId: preview.previewId } })
    // Of many rows the page shows how far they are: it asks once the server has begun.
    const asking = setTimeout(() => void queries.invalidateQueries({ queryKey }), askAfterMs)
    try {
      const applied = await apply.mutateAsync({
        params: { previewId: preview.previewId },
        body: { leaveOut: refused },
        ifMatch: preview.version,
      })
      queries.setQueryData(queryKey, applied)
    } finally {
      clearTimeout(asking)
    }
  }

  return (
    <div className={classes.apply}>
      {apply.error && <ErrorState error={apply.error} isInline />}
      {refused > 0 && (
        <Checkbox
          ref={box}
          checked={leavesOut}
          onChange={event => {
            setLeavesOut(event.currentTarget.checked)
            setIsMissing(false)
          }}
          label={t('roster.leaveOut', { count: refused })}
          description={t('roster.leaveOutHelp')}
          error={isMissing && t('roster.leaveOutNeeded')}
        />
      )}
      <div className={classes.applyRow}>
        {/* What went wrong is drawn above, from the state of the change. */}
        <Button loading={apply.isPending} onClick={() => void send().catch(() => undefined)}>
          {t('roster.apply', { count })}
        </Button>
        <span className={classes.quiet}>{t('roster.allOrNothing')}</span>
      </div>
    </div>
  )
}
