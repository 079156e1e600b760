import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import type { AssessmentSheet, Rater } from 'luytre/capacity/assessments/assessments.api.ts'
import { useTranslation } from 'react-i18next'
import { Contest, ContestForm } from '#capacity/assessments/Contest.tsx'
import { ElementLabel } from '#capacity/frameworks/ElementLabel.tsx'
import { LineStatus } from '#capacity/assessments/LineStatus.tsx'
import { raters, ratingOf } from '#capacity/assessments/ratings.ts'
import classes from '#capacity/assessments/Sheet.module.css'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { DetailPanel } from '#ui/DetailPanel.tsx'
import { EmptyState } from '#ui/EmptyState.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const route = getRouteApi('/shell/people/$personId/assessment')

interface LinePanelProps {
  sheet: AssessmentSheet
  elementId: string
  onCorrect: () => void
}

/** One line in full: who said what and why, contests and their answers, what each level stands for. */
export function LinePanel({ sheet, elementId, onCorrect }: LinePanelProps) {
  const { t } = useTranslation('assessments')
  const item = sheet.items.find(candidate => candidate.element.id === elementId)
  const search = route.useSearch()
  const closeTo = {
    to: '/people/$personId/assessment',
    params: { personId: sheet.person.id },
    search: { ...search, line: undefined },
    resetScroll: false,
  } as const
  if (!item) {
    return (
      <DetailPanel title={t('noLine.title')} closeTo={closeTo}>
        <EmptyState text={t('noLine.text')} />
      </DetailPanel>
    )
  }
  return (
    <DetailPanel
      title={<ElementLabel element={item.element} />}
      subtitle={t('needs', { importance: t(`importance.${item.importance}`), need: item.need })}
      closeTo={closeTo}
    >
      <div className={classes.panelBody}>
        <LineStatus sheet={sheet} elementId={elementId} />
        {raters.map(rater => (
          <Said key={rater} sheet={sheet} rater={rater} elementId={elementId} />
        ))}
        {sheet.may.agree && sheet.agreed && (
          <div>
            <Button variant="default" onClick={onCorrect}>
              {t('correctAgreed')}
            </Button>
          </div>
        )}
        {item.statements.length > 0 && (
          <section className={classes.said}>
            <h3>{t('statement.heading')}</h3>
            <dl className={classes.allStatements}>
              {item.statements.map(statement => (
                <div key={statement.id}>
                  <dt>{t(statement.level === item.need ? 'statement.needed' : 'level', { level: statement.level })}</dt>
                  <dd>
                    <TranslatedText text={statement.text} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        )}
      </div>
    </DetailPanel>
  )
}

function Said({ sheet, rater, elementId }: { sheet: AssessmentSheet; rater: Rater; elementId: string }) {
  const { t } = useTranslation('assessments')
  const format = useFormat()
  const translated = useTranslated()
  const rating = ratingOf(sheet, rater, elementId)
  if (!rating) return null
  const level = sheet.framework.levels.find(candidate => candidate.level === rating.level)
  const who = rater === 'self' ? sheet.person.name : rater === 'supervisor' ? sheet.person.supervisorName : null
  const isContestable = rater !== 'self' && sheet.may.contest && sheet[rater]?.status === 'submitted'
  const isContestOpen = rating.contest !== null && rating.contest.answeredAt === null
  return (
    <section className={classes.said}>
      <h3>
        {t(`raters.${rater}`)}
        {who && <span>{who}</span>}
      </h3>
      <p className={classes.saidLevel}>{level ? `${level.level} ${translated(level.name)}` : rating.level}</p>
      <p className={classes.reasonText}>{rating.reason || t('noReason')}</p>
      <p className={classes.when}>{format.date(rating.ratedOn)}</p>
      {rating.contest && <Contest sheet={sheet} contest={rating.contest} />}
      {isContestable && !isContestOpen && <ContestForm sheet={sheet} ratingId={rating.id} isAgain={rating.contest !== null} />}
    </section>
  )
}
