import { useQuery } from '@tanstack/react-query'
import { getOwnWork } from 'luytre/capacity/my-work/my-work.api.ts'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Block } from '#overview/Block.tsx'
import classes from '#overview/Card.module.css'
import { PlanStatus } from '#overview/PlanStatus.tsx'
import { queryFor } from '#platform/call/query-for.ts'
import { useFormat } from '#platform/i18n/use-language.ts'
import { useTranslated } from '#platform/i18n/use-translated.ts'
import { ButtonLink } from '#ui/ButtonLink.tsx'
import { StatusMark } from '#ui/StatusMark.tsx'
import { TranslatedText } from '#ui/TranslatedText.tsx'

const assessmentKinds = { none: 'attention', draft: 'attention', submitted: 'none', agreed: 'good' } as const

/** What waits for somebody as a person: the own assessment, gaps, plan and next dates. */
export function OwnWork() {
  const { t } = useTranslation('overview')
  const format = useFormat()
  const translated = useTranslated()
  const work = useQuery(queryFor(getOwnWork))
  return (
    <Block title={t('own.title')} query={work} state={({ own }) => own?.role && translated(own.role.name)}>
      {({ own }) => {
        if (!own?.halfYear) return <p className={classes.quiet}>{t(own ? 'own.noHalfYear' : 'own.noPerson')}</p>
        const { personId, plan, gaps, halfYear } = own
        const isMine = own.assessment === 'none' || own.assessment === 'draft'
        return (
          <dl className={classes.lines}>
            <Line
              label={t('assessment')}
              action={
                <ButtonLink to="/people/$personId/assessment" params={{ personId }} variant={isMine ? 'filled' : 'default'}>
                  {t('openAssessment')}
                </ButtonLink>
              }
            >
              <StatusMark kind={assessmentKinds[own.assessment]}>{t(`own.assessment.${own.assessment}`)}</StatusMark>
              {own.openContests > 0 && <p className={classes.quiet}>{t('own.contests', { count: own.openContests })}</p>}
            </Line>
            <Line
              label={t('own.gaps')}
              action={
                gaps && (
                  <ButtonLink to="/people/$personId/gaps" params={{ personId }} variant="default">
                    {t('seeGaps')}
                  </ButtonLink>
                )
              }
            >
              {gaps ? t('own.gapsMet', { met: gaps.met, count: gaps.total }) : <span className={classes.quiet}>{t('own.noRole')}</span>}
              {gaps && gaps.first.length > 0 && (
                <ul className={classes.plain}>
                  {gaps.first.map(gap => (
                    <li key={gap.elementId}>
                      <TranslatedText text={gap.name} />{' '}
                      <span className={classes.quiet}>{t('own.gap', { have: gap.have, need: gap.need })}</span>
                    </li>
                  ))}
                </ul>
              )}
            </Line>
            <Line
              label={t('own.plan', { halfYear: halfYear.code })}
              action={
                plan && (
                  <ButtonLink to="/plans/$planId" params={{ planId: plan.id }} variant={plan.waitsForMe ? 'filled' : 'default'}>
                    {t('openPlan')}
                  </ButtonLink>
                )
              }
            >
              {plan ? <PlanStatus status={plan.status} /> : <span className={classes.quiet}>{t('own.noPlan')}</span>}
              {plan && <p className={classes.quiet}>{t('own.towards', { role: translated(plan.targetRoleName) })}</p>}
              {plan?.waitsForMe && <p>{t('own.planWaits')}</p>}
            </Line>
            {plan && plan.next.length > 0 && (
              <Line label={t('own.next')}>
                <ul className={classes.plain}>
                  {plan.next.map(action => (
                    <li key={action.id}>
                      {action.title} <span className={classes.quiet}>{t('own.due', { date: format.date(action.dueOn) })}</span>
                    </li>
                  ))}
                </ul>
              </Line>
            )}
          </dl>
        )
      }}
    </Block>
  )
}

function Line({ label, action, children }: { label: string; action?: ReactNode; children: ReactNode }) {
  return (
    <div className={classes.line}>
      <dt>{label}</dt>
      <dd>{children}</dd>
      {action && <dd>{action}</dd>}
    </div>
  )
}
