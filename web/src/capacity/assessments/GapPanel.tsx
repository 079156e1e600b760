import type { LinkProps } from '@tanstack/react-router'
import type { Gap } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import classes from '#capacity/assessments/Sheet.module.css'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { LevelDots } from '#ui/LevelDots.tsx'
import { Facts } from '#ui/Facts.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

/** One gap down to the statements that are still to be shown. */
export function GapPanel({ gap, highest, closeTo }: { gap: Gap; highest: number; closeTo: LinkProps }) {
  const { t } = useTranslation('assessments')
  return (
    <DetailPanel
      title={<ElementLabel element={gap.element} />}
      subtitle={t('needs', { importance: t(`importance.${gap.importance}`), need: gap.need })}
      closeTo={closeTo}
    >
      <div className={classes.panelBody}>
        <Facts
          facts={[
            {
              label: t('gaps.haveNeed'),
              value: <LevelDots have={gap.haveFrom === 'none' ? null : gap.have} need={gap.need} highest={highest} />,
            },
            { label: t('gaps.from'), value: t(`gaps.haveFrom.${gap.haveFrom}`) },
            { label: t('gaps.priority'), value: gap.priority },
          ]}
        />
        <section className={classes.said}>
          <h3>{t('gaps.statements')}</h3>
          <Statements gap={gap} />
        </section>
      </div>
    </DetailPanel>
  )
}

/** Knowledge and skills of NICE are statements themselves. */
export function Statements({ gap }: { gap: Gap }) {
  const { t } = useTranslation('assessments')
  if (gap.statements.length === 0) {
    return (
      <p>
        <TranslatedText text={gap.element.text} />
      </p>
    )
  }
  return (
    <dl className={classes.allStatements}>
      {gap.statements.map(statement => (
        <div key={statement.id}>
          <dt>{t('level', { level: statement.level })}</dt>
          <dd>
            <TranslatedText text={statement.text} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
