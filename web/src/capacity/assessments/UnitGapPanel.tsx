import { Link, type LinkProps } from '@tanstack/react-router'
import type { listUnitGaps } from 'luytre/capacity/assessments/assessments.api.ts'
import type { EndpointResult } from 'luytre/platform/http/endpoint.ts'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import classes from '#capacity/assessments/Sheet.module.css'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { LevelDots } from '#ui/LevelDots.tsx'

export type UnitGap = EndpointResult<typeof listUnitGaps>['gaps'][number]

interface UnitGapPanelProps {
  gap: UnitGap
  halfYear: string | undefined
  highest: number
  closeTo: LinkProps
}

/** Who misses it, and by how much. */
export function UnitGapPanel({ gap, halfYear, highest, closeTo }: UnitGapPanelProps) {
  const { t } = useTranslation('assessments')
  const rest = gap.short - gap.who.length
  return (
    <DetailPanel
      title={<ElementLabel element={gap.element} />}
      subtitle={t('unitGaps.shortOf', { short: gap.short, count: gap.people })}
      closeTo={closeTo}
    >
      <div className={classes.panelBody}>
        <ul className={classes.who}>
          {gap.who.map(person => (
            <li key={person.personId}>
              <Link to="/people/$personId/gaps" params={{ personId: person.personId }} search={{ halfYear }}>
                {person.name}
              </Link>
              <LevelDots have={person.haveFrom === 'none' ? null : person.have} need={person.need} highest={highest} />
              <span>
                {t(`importance.${person.importance}`)} · {t(`gaps.haveFrom.${person.haveFrom}`)}
              </span>
            </li>
          ))}
        </ul>
        {rest > 0 && <p>{t('unitGaps.moreWho', { count: rest })}</p>}
      </div>
    </DetailPanel>
  )
}
